using System.Globalization;

namespace Portal.Silo.Data.Commands;

/// <summary>A command as it was typed.</summary>
/// <param name="Command"><c>migrate</c>, <c>export</c>, <c>import</c>, <c>verify</c> or <c>help</c>.</param>
public sealed record CommandLine(string Command)
{
    /// <summary>How the program is used.</summary>
    public const string Usage = """
        Portal.Silo                                      serves the portal

        Portal.Silo migrate                              brings the database's tables up to date
        Portal.Silo export <file|->                      writes all data into a file, or to standard output
        Portal.Silo import <file|-> [--replace] [--no-verify]
                                                         reads an export into an empty database, and verifies it;
                                                         --replace removes what the database has
        Portal.Silo verify [--json] [--limit <n>] [--repair]
                                                         looks for what does not fit together; --limit: lines for each kind
                                                         (100); --repair writes the lists anew from the state
        Portal.Silo health                               asks the portal that runs on this machine whether it is ready
        Portal.Silo help                                 prints this

        The database and the secret are those of Portal:Storage and Portal:Secret: environment variables Portal__Storage and
        Portal__Secret, files or appsettings.json. All take --engine embedded|orleans, instead of the one the program was built with.

        Ends with 0: done. 1: something was found wrong. 2: not understood. 3: refused, nothing was changed. 4: the export is
        damaged, nothing was changed. 5: the database or the file cannot be reached, read or written.
        """;

    /// <summary>Lines <c>verify</c> prints for each kind of problem, unless told otherwise.</summary>
    public const int DefaultLimit = 100;

    private static readonly string[] Commands = ["migrate", "export", "import", "verify", "help"];

    /// <summary>The file of an export; <c>-</c>: standard input or output.</summary>
    public string? File { get; init; }

    /// <summary>The engine given; null: that of this build.</summary>
    public string? Engine { get; init; }

    /// <summary>Whether an import removes what is there.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether an import is not verified.</summary>
    public bool NoVerify { get; init; }

    /// <summary>Whether the outcome is printed as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Whether lists are written anew.</summary>
    public bool Repair { get; init; }

    /// <summary>Lines for each kind of problem.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Whether this is a command at all, and not the portal being served.</summary>
    public static bool IsCommand(IReadOnlyList<string> args) => args.Count > 0 && (args[0] is "--help" or "-h" || !args[0].StartsWith('-'));

    /// <summary>Reads a command line.</summary>
    /// <exception cref="FormatException">It is not understood; the message says what.</exception>
    public static CommandLine Parse(IReadOnlyList<string> args)
    {
        var line = new CommandLine(args[0] is "--help" or "-h" ? "help" : args[0]);
        if (!Commands.Contains(line.Command)) throw new FormatException($"There is no command '{line.Command}'.");
        for (var i = 1; i < args.Count; i++)
        {
            var next = i + 1 < args.Count ? args[i + 1] : null;
            line = (line.Command, args[i]) switch
            {
                (_, "--engine") => line with { Engine = Value(args[i], next, ref i) },
                ("import", "--replace") => line with { Replace = true },
                ("import", "--no-verify") => line with { NoVerify = true },
                ("verify", "--json") => line with { Json = true },
                ("verify", "--repair") => line with { Repair = true },
                ("verify", "--limit") => line with { Limit = Number(args[i], Value(args[i], next, ref i)) },
                ("export" or "import", "-") when line.File is null => line with { File = "-" },
                ("export" or "import", var file) when line.File is null && !file.StartsWith('-') => line with { File = file },
                (_, var other) => throw new FormatException($"'{other}' is not understood."),
            };
        }

        if (line.Command is "export" or "import" && line.File is null)
            throw new FormatException($"{line.Command} needs a file, or - for standard {(line.Command == "export" ? "output" : "input")}.");
        if (line.Engine is { } engine && EngineTables.Named(engine) is null)
            throw new FormatException($"There is no engine '{engine}': embedded or orleans.");
        return line;
    }

    private static string Value(string option, string? next, ref int i)
    {
        i++;
        return next ?? throw new FormatException($"{option} needs a value.");
    }

    private static int Number(string option, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"{option} needs a number.");
}
