using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;

namespace Portal.Grains.Onboarding;

/// <summary>
/// Gives access, invites, sends links: through the grains that staff use one by one. The tokens of a row's invitation and link follow from
/// the row and the installation's secret, so that doing a row again finds what it did; nothing of them is stored.
/// </summary>
public sealed class OnboardingWorker(BatchContext context) : BatchJobWorker(context)
{
    private OnboardingOrder Order => Context.State.Onboarding;

    /// <inheritdoc />
    public override async Task<FilledRows> FillAsync(string after)
    {
        if (Order.Patients.Count > 0) return new FilledRows([.. Order.Patients.Distinct().Select(id => new BatchRow(0, id, []))], null);
        var directory = Context.Grains.GetGrain<IPatientDirectoryGrain>(Context.Organisation);
        var ids = await directory.Ids(Order.Matching, after, PatientQuery.MaxIds);
        return new FilledRows([.. ids.Select(id => new BatchRow(0, id, []))], ids.Count == 0 ? null : ids[^1]);
    }

    /// <inheritdoc />
    public override async Task<IReadOnlyList<RowResult>> CheckAsync(IReadOnlyList<BatchRow> rows)
    {
        var facts = await Task.WhenAll(rows.Select(row => Patient(row).BulkFacts()));
        return
        [
            .. rows.Select((row, i) => new RowResult(row.Number, Onboarding.Judge(Order, facts[i])))
                .Where(result => result.Outcome != RowOutcome.ToDo),
        ];
    }

    /// <inheritdoc />
    public override async Task<RowsDone> RunAsync(IReadOnlyList<BatchRow> rows) => new(await Context.EachAsync(rows, RunAsync));

    private async Task<RowResult> RunAsync(BatchRow row)
    {
        var invitation = Token("invitation", row.Number);
        var hash = Tokens.Hash(invitation);
        var facts = await Patient(row).BulkFacts();
        var outcome = Onboarding.Judge(Order, facts, hash);
        if (outcome != RowOutcome.ToDo) return new RowResult(row.Number, outcome);
        // With an invitation, that gives access in the patient's one change.
        if (Order is { GiveAccess: true, Invite: false }
            && Onboarding.Refusal(await Patient(row).SetAccess(AccessLevel.CanAccess)) is { } noAccess)
            return new RowResult(row.Number, noAccess);
        if (Order.Invite && Onboarding.Refusal(await InviteAsync(row, invitation, hash, facts!)) is { } notInvited)
            return new RowResult(row.Number, notInvited);
        if (Order.SendLink && Onboarding.Refusal(await LinkAsync(row)) is { } noLink)
            return new RowResult(row.Number, noLink.Outcome, noLink.Detail);
        return new RowResult(row.Number, RowOutcome.Done, Onboarding.Done(Order));
    }

    private Task<InviteOutcome> InviteAsync(BatchRow row, string token, string hash, BulkFacts facts) =>
        Context.Grains.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Context.Organisation, hash)).Create(new CreateInvitation
        {
            Patient = row.Patient,
            Token = token,
            // Whoever was invited by somebody else in this moment is not invited twice.
            Instead = facts.CurrentInvitation ?? "",
            OnlyInstead = true,
            GiveAccess = Order.GiveAccess,
        });

    private Task<CreateLinkOutcome> LinkAsync(BatchRow row)
    {
        var token = Token("link", row.Number);
        var key = GrainKeys.ForPatientLink(Context.Organisation, Tokens.Hash(token));
        return Context.Grains.GetGrain<IPatientLinkGrain>(key).Create(new CreateLink
        {
            Patient = row.Patient,
            Purpose = LinkPurpose.Portal,
            Delivery = LinkDelivery.Email,
            Token = token,
        });
    }

    private string Token(string what, int number) =>
        Context.Hashes.Base64(KeyedHash.Row, what, Batch.RowId(Context.Organisation, Context.Batch, number));

    private IPatientGrain Patient(BatchRow row) =>
        Context.Grains.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Context.Organisation, row.Patient));
}
