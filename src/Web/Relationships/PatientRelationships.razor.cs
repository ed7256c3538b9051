using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Relationships;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Relationships;

/// <summary>Who may act for a patient: staff give, change and end it.</summary>
public sealed partial class PatientRelationships
{
    /// <summary>The patient's id, out of the address.</summary>
    [Parameter] public string Id { get; set; } = "";

    [Inject] private KeyedHash Hashes { get; set; } = null!;

    [SupplyParameterFromQuery(Name = "done")] private string? Done { get; set; }

    [SupplyParameterFromForm(Name = "email", FormName = "give")] private string? Email { get; set; }

    [SupplyParameterFromForm(Name = "given", FormName = "give")] private string? Given { get; set; }

    [SupplyParameterFromForm(Name = "family", FormName = "give")] private string? Family { get; set; }

    [SupplyParameterFromForm(Name = "until", FormName = "give")] private string? Until { get; set; }

    private PatientView? Patient { get; set; }

    private IReadOnlyList<GrantView> Rows { get; set; } = [];

    private IReadOnlyList<ActingGrant> ActsFor { get; set; } = [];

    private string? Sent { get; set; }

    private bool MayChange => Session.Caller.Role is { } role && Callers.AccessStaff.Includes(role);

    private IRelationshipsGrain Relations => Grain<IRelationshipsGrain>(Id);

    // A click that is repeated, by a double click or a reload, is the same operation.
    private string Operation => Posted("operation") is { } sent && Ids.IsValid(sent) ? sent : Ids.New("op");

    private DateParts Birth => new(Posted("birth.day"), Posted("birth.month"), Posted("birth.year"));

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        if (Ids.IsValid(Id)) Patient = await Grain<IPatientGrain>(Id).Look();
        if (Patient is null)
        {
            Http.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        Rows = await Relations.List();
        ActsFor = await Grain<IActingListGrain>(Id).Patients();
    }

    private async Task GiveAsync()
    {
        var known = DateOnly.TryParseExact(Until, "yyyy-MM-dd", out var until);
        if (!known && !string.IsNullOrWhiteSpace(Until)) Errors.Add("until", "Enter a date");
        var hasBirth = Birth.TryRead(out var birth);
        if (Errors.Any) return;
        var operation = Operation;
        var outcome = await Relations.Give(new GiveGrant
        {
            Email = Email?.Trim() ?? "",
            GivenName = Given?.Trim() ?? "",
            FamilyName = Family?.Trim() ?? "",
            BirthDate = hasBirth ? birth : null,
            Scopes = Chosen("scopes"),
            Until = known ? until : null,
            Parental = Ticked("parental"),
            Operation = operation,
            ConfirmedWithPatient = Ticked("confirmed"),
        });
        switch (outcome)
        {
            case GiveGrantOutcome.Given { NeedsInvitation: true } given:
                await InviteAsync(given.Person, operation);
                break;
            case GiveGrantOutcome.Given:
                Show("given");
                break;
            case GiveGrantOutcome.Invalid invalid:
                var (field, words) = Wrong(invalid.Property);
                Errors.Add(field, words);
                break;
            case GiveGrantOutcome.NotConfirmed:
                Errors.Add("confirmed", "Verify it first, then tick the box");
                break;
            case GiveGrantOutcome.Already:
                Errors.Add("email", "This person acts for them already: change it above");
                break;
            case GiveGrantOutcome.Self:
                Errors.Add("email", $"This is the {Organisation.Settings.Labels.Patient}'s own email: nobody acts for themselves");
                break;
            case GiveGrantOutcome.SomebodyElse:
                Errors.Add("email", "Whoever signs in with this email has another name or date of birth. Check all three with them");
                break;
            case GiveGrantOutcome.Unproved:
                Errors.Add("email", "They have not signed in with this email yet. Ask them to sign in once, then come back here");
                break;
            case GiveGrantOutcome.OfAge:
                Errors.Add("parental", "They are of age already. Untick this to let somebody act for them all the same");
                break;
            case GiveGrantOutcome.TooMany:
                Errors.Add("", $"{RelationshipLimits.InForce} people act for them already. End one first");
                break;
            default:
                Errors.Add("", "It could not be saved. Load the page again");
                break;
        }
    }

    private async Task InviteAsync(string person, string operation)
    {
        // The same click gives the same invitation, so that a double click or a reload neither sends a second one nor kills the first.
        var token = Hashes.Base64(KeyedHash.Cookie, "caregiver-invitation", Org, Id, person, operation);
        var outcome = await Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Org, Tokens.Hash(token))).Create(
            new CreateInvitation { Patient = person, Address = "", Token = token });
        Show(outcome == InviteOutcome.Invited ? "invited" : "given-not-invited");
    }

    private async Task ChangeAsync(GrantView row)
    {
        Sent = row.Id;
        var day = Posted($"until-{row.Id}");
        var known = DateOnly.TryParseExact(day, "yyyy-MM-dd", out var until);
        if (!known && !string.IsNullOrWhiteSpace(day))
        {
            Errors.Add($"until-{row.Id}", "Enter a date");
            return;
        }

        var command = new ChangeGrant { Grant = row.Id, Scopes = Chosen($"scopes-{row.Id}"), Until = known ? until : null };
        switch (await Relations.Change(command))
        {
            case ChangeGrantOutcome.Changed:
                Show("changed");
                break;
            case ChangeGrantOutcome.NoScope:
                Errors.Add($"scopes-{row.Id}", "Tick at least one, or end it");
                break;
            case ChangeGrantOutcome.BadDay:
                Errors.Add($"until-{row.Id}", "Enter a day from today on");
                break;
            default:
                Errors.Add("", "It has ended in between. Load the page again");
                break;
        }
    }

    private async Task EndAsync(string grant)
    {
        await Relations.End(grant);
        Show("ended");
    }

    private void Show(string done) => Go(At($"staff/patients/{Id}/relationships?done={done}"));

    private string? Posted(string field) =>
        Http.Request.HasFormContentType && Http.Request.Form.TryGetValue(field, out var value) ? value.ToString() : null;

    private bool Ticked(string field) => Posted(field) == "true";

    private CaregiverScopes Chosen(string field)
    {
        if (!Http.Request.HasFormContentType) return CaregiverScopes.None;
        var chosen = CaregiverScopes.None;
        foreach (var value in Http.Request.Form[field])
        {
            if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var scope)) chosen |= (CaregiverScopes)scope;
        }

        return chosen;
    }

    private static (string Field, string Words) Wrong(string property) => property switch
    {
        nameof(GiveGrant.Email) => ("email", "Enter an email address like name@example.org"),
        nameof(GiveGrant.BirthDate) => ("birth", "Nobody signs in with this email yet: enter their date of birth"),
        nameof(GiveGrant.GivenName) => ("given", "Nobody signs in with this email yet: enter their given and family name"),
        nameof(GiveGrant.Scopes) => ("scopes", "Tick at least one"),
        nameof(GiveGrant.Until) => ("until", "Enter a day from today on"),
        _ => ("", "It could not be saved. Load the page again"),
    };

    private static string? Message(string done) => done switch
    {
        "given" => "They may act from now on, with the sign-in they have. Both are told.",
        "invited" => "They may act once they have accepted the invitation, which is on its way. It works for 3 days.",
        "given-not-invited" => "They may act, but the invitation could not be sent: send it from their online access.",
        "changed" => "Saved. What got narrower closes open pages within seconds.",
        "ended" => "Ended. Both are told.",
        _ => null,
    };
}
