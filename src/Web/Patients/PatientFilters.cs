using System.Globalization;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Patients;

namespace Portal.Web.Patients;

/// <summary>What a list of patients is asked for, as its address says it: so that it can be kept, sent on and gone back to.</summary>
public sealed record PatientFilters
{
    private const int LastPage = 100_000;

    /// <summary>The orders and their names in addresses.</summary>
    private static readonly (PatientOrder Order, string Name)[] Orders =
        [(PatientOrder.Name, ""), (PatientOrder.BirthDate, "born"), (PatientOrder.LastSignIn, "seen")];

    /// <summary>How an invitation stands, its name in addresses and in words.</summary>
    public static readonly (PatientInvitation Value, string Name, string Text)[] Invitations =
    [
        (PatientInvitation.Never, "never", "Never invited"), (PatientInvitation.Pending, "pending", "Pending"),
        (PatientInvitation.Accepted, "accepted", "Accepted"), (PatientInvitation.Expired, "expired", "Expired"),
        (PatientInvitation.Revoked, "revoked", "Revoked"),
    ];

    /// <summary>How far credentials are proved, likewise.</summary>
    public static readonly (PatientCredential Value, string Name, string Text)[] Credentials =
    [
        (PatientCredential.None, "none", "None"), (PatientCredential.Unverified, "unverified", "Unverified"),
        (PatientCredential.Verified, "verified", "Verified"),
    ];

    /// <summary>When the next appointment is, likewise.</summary>
    public static readonly (NextAppointment Value, string Name, string Text)[] Appointments =
    [
        (NextAppointment.WithinSevenDays, "7", "Within 7 days"), (NextAppointment.WithinThirtyDays, "30", "Within 30 days"),
        (NextAppointment.Planned, "planned", "Planned"), (NextAppointment.NonePlanned, "none", "None planned"),
    ];

    /// <summary>The words that are searched for.</summary>
    public string Text { get; init; } = "";

    /// <summary>Access.</summary>
    public AccessState? Access { get; init; }

    /// <summary>The last invitation.</summary>
    public PatientInvitation? Invitation { get; init; }

    /// <summary>The credentials.</summary>
    public PatientCredential? Credential { get; init; }

    /// <summary>The next appointment.</summary>
    public NextAppointment? Appointment { get; init; }

    /// <summary>Who may be booked: an id of the roster; empty: whoever.</summary>
    public string Practitioner { get; init; } = "";

    /// <summary>The tag; empty: any.</summary>
    public string Tag { get; init; } = "";

    /// <summary>Test patients: <c>none</c>, <c>with</c>, <c>only</c>; empty: found by a search and not listed without one.</summary>
    public string Test { get; init; } = "";

    /// <summary>The order.</summary>
    public PatientOrder Order { get; init; }

    /// <summary>The other way round.</summary>
    public bool Descending { get; init; }

    /// <summary>The page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Whether anything but order and page is asked for.</summary>
    public bool Any => this != new PatientFilters { Order = Order, Descending = Descending, Page = Page };

    /// <summary>Whether one of the filters is set that are not always shown.</summary>
    public bool AnyMore => this is not { Invitation: null, Credential: null, Appointment: null, Practitioner: "", Tag: "", Test: "" };

    /// <summary>Reads an address; what it does not know is left out.</summary>
    public static PatientFilters Read(IQueryCollection query)
    {
        return new PatientFilters
        {
            Text = Value("q"),
            Access = PatientWording.State(Value("access")),
            Invitation = Named(Invitations, Value("invited")),
            Credential = Named(Credentials, Value("credential")),
            Appointment = Named(Appointments, Value("next")),
            Practitioner = Portal.Grains.Abstractions.Shared.Ids.IsValid(Value("practitioner")) ? Value("practitioner") : "",
            Tag = Value("tag").Trim(),
            Test = Value("test") is "none" or "with" or "only" ? Value("test") : "",
            Order = Orders.FirstOrDefault(o => o.Name == Value("sort")).Order,
            Descending = Value("way") == "down",
            Page = int.TryParse(Value("page"), NumberStyles.None, CultureInfo.InvariantCulture, out var page)
                ? Math.Clamp(page, 1, LastPage)
                : 1,
        };

        string Value(string name) => query[name].ToString();
    }

    /// <summary>The same for the directory.</summary>
    public PatientQuery Query(int pageSize) => new()
    {
        Text = Text,
        Access = Access,
        Invitation = Invitation,
        Credential = Credential,
        NextAppointment = Appointment,
        Practitioner = Practitioner,
        Tag = Tag,
        Test = Test switch
        {
            "none" => TestPatients.LeftOut,
            "with" => TestPatients.Included,
            "only" => TestPatients.Only,
            _ => string.IsNullOrWhiteSpace(Text) ? TestPatients.LeftOut : TestPatients.Included,
        },
        Order = Order,
        Descending = Descending,
        Page = Page,
        PageSize = pageSize,
    };

    /// <summary>The same after the path of an address, with its question mark; empty where nothing is asked for.</summary>
    public string Address()
    {
        (string Name, string Value)[] all =
        [
            ("q", Text), ("access", PatientWording.Value(Access)), ("invited", NameOf(Invitations, Invitation)),
            ("credential", NameOf(Credentials, Credential)), ("next", NameOf(Appointments, Appointment)), ("practitioner", Practitioner),
            ("tag", Tag), ("test", Test), ("sort", Orders.First(o => o.Order == Order).Name), ("way", Descending ? "down" : ""),
            ("page", Page > 1 ? Page.ToString(CultureInfo.InvariantCulture) : ""),
        ];
        var given = all.Where(one => one.Value.Length > 0).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}").ToArray();
        return given.Length == 0 ? "" : "?" + string.Join('&', given);
    }

    /// <summary>Sorted by something, from its first page on: again by what it is sorted by turns it round.</summary>
    public PatientFilters By(PatientOrder order) => this with
    {
        // Who signed in last is what one wants to know first.
        Descending = order == Order ? !Descending : order == PatientOrder.LastSignIn,
        Order = order,
        Page = 1,
    };

    /// <summary>The name of an order in addresses.</summary>
    public string OrderName => Orders.First(o => o.Order == Order).Name;

    private static T? Named<T>((T Value, string Name, string Text)[] all, string name) where T : struct =>
        all.Where(one => one.Name == name).Select(one => (T?)one.Value).FirstOrDefault();

    private static string NameOf<T>((T Value, string Name, string Text)[] all, T? value) where T : struct =>
        value is { } given ? all.First(one => one.Value.Equals(given)).Name : "";
}
