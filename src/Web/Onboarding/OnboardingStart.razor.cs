using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Patients;
using Portal.Web.Shared;

namespace Portal.Web.Onboarding;

/// <summary>Whom to bring into the portal, and how.</summary>
public sealed partial class OnboardingStart
{
    private const int PageSize = 25;

    [SupplyParameterFromQuery(Name = "q")] private string? Query { get; set; }

    [SupplyParameterFromQuery(Name = "access")] private string? Access { get; set; }

    [SupplyParameterFromQuery(Name = "invitation")] private string? Invitation { get; set; }

    [SupplyParameterFromQuery(Name = "tag")] private string? Tag { get; set; }

    [SupplyParameterFromQuery(Name = "page")] private string? PageText { get; set; }

    private PatientPage Found { get; set; } = new();

    private IReadOnlyList<BatchListRow> Recent { get; set; } = [];

    private int Total { get; set; }

    private int Number => int.TryParse(PageText, out var page) ? Math.Clamp(page, 1, 100_000) : 1;

    private int Pages => Math.Max(1, (Found.Total + PageSize - 1) / PageSize);

    private PatientQuery Filter => new()
    {
        Text = Query ?? "",
        Access = PatientWording.State(Access),
        Invitation = Enum.TryParse<PatientInvitation>(Invitation, out var one) && Enum.IsDefined(one) ? one : null,
        Tag = Tag ?? "",
        Page = Number,
        PageSize = PageSize,
    };

    private IFormCollection? Form => Http.Request.HasFormContentType ? Http.Request.Form : null;

    private string Whom => Form?["whom"].ToString() ?? "";

    private HashSet<string> Ticked => [.. (Form?["patient"] ?? default).OfType<string>().Where(id => Ids.IsValid(id, "p"))];

    // A click that is repeated, by a double click or a reload, is the same order.
    private string? IdOfForm => Ids.IsValid(Form?["batch"].ToString(), "b") ? Form!["batch"].ToString() : null;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var directory = Grains.GetGrain<IPatientDirectoryGrain>(Org);
        var (found, total, recent) = (
            directory.Search(Filter), directory.Count(Filter), Grains.GetGrain<IBatchListGrain>(Org).List(BatchJob.Onboarding));
        await Task.WhenAll(found, total, recent);
        (Found, Total, Recent) = (await found, await total, await recent);
    }

    private bool Sent(string name) => Form?[name].ToString() == "true";

    private async Task OrderAsync()
    {
        var order = new OnboardingOrder
        {
            GiveAccess = Sent("access"),
            Invite = Sent("invite") || Sent("again"),
            InviteExpired = Sent("again"),
            SendLink = Sent("link"),
            Patients = Whom == "all" ? [] : [.. Ticked],
            Matching = Filter with { Page = 1 },
        };
        if (Whom != "all" && order.Patients.Count == 0) Errors.Add("whom-all", "Tick somebody, or choose all that match");
        if (order is { GiveAccess: false, Invite: false, SendLink: false }) Errors.Add("actions", "Choose what to do");
        if (Errors.Any) return;
        var id = IdOfForm ?? Ids.New("b");
        await Grain<IBatchGrain>(id).Create(new CreateBatch { Job = BatchJob.Onboarding, Name = Name(order), Onboarding = order });
        Go(At($"staff/onboarding/{id}"));
    }

    private static string Name(OnboardingOrder order)
    {
        string?[] parts =
        [
            order.GiveAccess ? "give access" : null, order.InviteExpired ? "invite again" : order.Invite ? "invite" : null,
            order.SendLink ? "send a link" : null,
        ];
        return MenuItem.Capital(string.Join(", ", parts.Where(part => part is not null)));
    }

    private static string Words(PatientInvitation state) => state switch
    {
        PatientInvitation.Never => "Never invited",
        PatientInvitation.Pending => "Pending",
        PatientInvitation.Accepted => "Accepted",
        PatientInvitation.Expired => "Expired",
        _ => "Revoked",
    };

    private string AddressOf(int page) => At(
        $"staff/onboarding?q={Uri.EscapeDataString(Query ?? "")}&access={PatientWording.Value(Filter.Access)}"
        + $"&invitation={Filter.Invitation}&tag={Uri.EscapeDataString(Tag ?? "")}&page={page}");
}
