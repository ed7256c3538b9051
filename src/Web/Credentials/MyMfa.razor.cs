using Microsoft.AspNetCore.Components;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Web.Credentials;

/// <summary>The patient's own authenticator app: set it up, renew its recovery codes, switch it off.</summary>
public sealed partial class MyMfa
{
    private const int Group = 4;

    [SupplyParameterFromForm(Name = "code", FormName = "set-up")] private string? Code { get; set; }

    [SupplyParameterFromForm(Name = "renew-code", FormName = "renew")] private string? RenewCode { get; set; }

    [SupplyParameterFromForm(Name = "off-code", FormName = "off")] private string? OffCode { get; set; }

    [SupplyParameterFromQuery(Name = "done")] private string? Done { get; set; }

    private MfaView View { get; set; } = new();

    private MfaSecret? Secret { get; set; }

    /// <summary>The codes that were just made; shown in this answer only.</summary>
    private IReadOnlyList<string>? Codes { get; set; }

    private bool Renewed { get; set; }

    /// <summary>Names this click, so that the same form sent again shows the same secret and codes.</summary>
    private string Operation { get; set; } = "";

    private ISessionGrain SessionGrain => Grain<ISessionGrain>(Session.Caller.SessionHash!);

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        var sent = Http.Request.HasFormContentType ? Http.Request.Form["operation"].ToString() : "";
        Operation = Ids.IsValid(sent) ? sent : Ids.New("op");
        View = await Grain<IPatientGrain>(Session.Caller.Subject).Mfa();
        if (!View.On) Secret = await SessionGrain.PrepareMfa(Operation);
    }

    private async Task SetUpAsync()
    {
        if (CodeSlip("code", Code) is { } typed) await ShowAsync("code", await SessionGrain.SetUpMfa(Command(typed)));
    }

    private async Task RenewAsync()
    {
        Renewed = true;
        if (CodeSlip("renew-code", RenewCode) is { } typed)
            await ShowAsync("renew-code", await SessionGrain.RenewRecoveryCodes(Command(typed)));
    }

    private async Task SwitchOffAsync()
    {
        if (CodeSlip("off-code", OffCode) is not { } typed) return;
        var outcome = await SessionGrain.SwitchMfaOff(Command(typed));
        if (outcome is MfaOutcome.Done) Go(At("settings/mfa?done=off"));
        else await ShowAsync("off-code", outcome);
    }

    private ChangeMfa Command(string typed) => new() { Code = typed, Operation = Operation };

    private string? CodeSlip(string field, string? typed)
    {
        if (MfaWording.Slip(typed) is not { } slip) return typed;
        Errors.Add(field, slip);
        return null;
    }

    private async Task ShowAsync(string field, MfaOutcome outcome)
    {
        switch (outcome)
        {
            case MfaOutcome.Done done:
                View = await Grain<IPatientGrain>(Session.Caller.Subject).Mfa();
                Codes = done.RecoveryCodes;
                break;
            case MfaOutcome.ProofNeeded:
                Go(At($"confirm?returnTo={Uri.EscapeDataString(At("settings/mfa"))}"));
                break;
            case MfaOutcome.SessionEnded:
                Go(At("sign-in"));
                break;
            default:
                Errors.Add(field, MfaWording.Refusal(outcome, Time.GetUtcNow(), Organisation));
                break;
        }
    }

    private static string Grouped(string secret) => string.Join(' ', secret.Chunk(Group).Select(part => new string(part)));

    private string File(IEnumerable<string> codes) => "data:text/plain;charset=utf-8," + Uri.EscapeDataString(
        $"Recovery codes for {Organisation.Settings.PortalName}. Each works once.\n\n{string.Join('\n', codes)}\n");
}
