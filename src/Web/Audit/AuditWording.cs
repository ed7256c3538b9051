using System.Text.RegularExpressions;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Organisations;
using Portal.Web.Shared;

namespace Portal.Web.Audit;

/// <summary>Stable names of the audit log in words: the part before the dot says what about, the part after it what happened.</summary>
public static partial class AuditWording
{
    /// <summary>An action, such as "Sign-in: code accepted".</summary>
    /// <param name="action">The stable name.</param>
    /// <param name="labels">The organisation's words.</param>
    public static string Action(string action, Labels labels)
    {
        action = InWords(action, labels);
        var dot = action.IndexOf('.');
        return dot < 0 ? Sentence(action) : $"{Sentence(action[..dot])} {Words(action[(dot + 1)..])}";
    }

    /// <summary>A reason, such as "wrong code".</summary>
    public static string Reason(string reason, Labels labels) => Words(InWords(reason, labels));

    /// <summary>More facts of a row, such as "kind: email".</summary>
    public static string Details(IReadOnlyDictionary<string, string> details, Labels labels) =>
        string.Join(", ", details.Select(d => $"{InWords(d.Key, labels)}: {InWords(d.Value, labels)}"));

    /// <summary>What is wrong with the log, in a sentence.</summary>
    public static string Of(AuditFault fault) => fault switch
    {
        AuditFault.Missing => $"Row {fault.Sequence} is gone.",
        AuditFault.OutOfOrder => $"Row {fault.Sequence} is not in its place.",
        AuditFault.CutOff => $"Row {fault.Sequence} and those after it were cut off.",
        AuditFault.Forged => $"Row {fault.Sequence}, or one before it, was written anew.",
        AuditFault.HeadLost =>
            $"The mark that says where the log ends is gone or forged: rows from {fault.Sequence} on may have been cut off.",
        _ => $"Row {fault.Sequence} is not what was written.",
    };

    private static string InWords(string name, Labels labels) => Named().Replace(name, match => match.Value switch
    {
        "patient" => labels.Patient,
        "patients" => labels.Patients,
        "practitioner" => labels.Practitioner,
        "Practitioner" => MenuItem.Capital(labels.Practitioner),
        "practitioners" => labels.Practitioners,
        "appointment" => labels.Appointment,
        "appointments" => labels.Appointments,
        "Appointments" => MenuItem.Capital(labels.Appointments),
        _ => match.Value,
    });

    [GeneratedRegex("[A-Za-z]+", RegexOptions.CultureInvariant)]
    private static partial Regex Named();

    private static string Words(string name) => name.Replace('-', ' ');

    // "sign-in" keeps its hyphen: it is one word.
    private static string Sentence(string name)
    {
        var words = name == "sign-in" ? name : Words(name);
        return words.Length == 0 ? "" : char.ToUpperInvariant(words[0]) + words[1..];
    }
}
