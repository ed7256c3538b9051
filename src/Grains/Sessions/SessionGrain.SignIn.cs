using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Invitations;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.PatientLinks;
using Portal.Grains.Abstractions.Sessions;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.OneTimeCodes;

namespace Portal.Grains.Sessions;

// The ways in of patients. Each is a saga whose operation id is the hash of the session's own token: the code, invitation or link is used
// up for that operation first; whoever comes again with the same key after a crash goes on from there, and nobody else can.
public sealed partial class SessionGrain
{
    /// <inheritdoc />
    public async Task<SignInOutcome> SignInWithCode(SignInWithCode command)
    {
        if (await RepeatedAsync(SignInWay.Code, command.Subject) is { } repeated) return repeated;
        if (!GrainKeys.TrySubject(command.Subject, out _, out _)) return new SignInOutcome.CodeEnded();
        if (await ClosedAsync() is { } closed) return closed;
        var verdict = await Codes(command.Subject).Verify(Guess(CodePurpose.SignIn, "", command.Code, command.Device, TokenHash));
        return verdict is CodeVerdict.Right right
            ? await BeginAsync(SignInWay.Code, right.Patient, command.Subject, command.Subject, command.Device, right.Address)
            : await RefusedAsync(SignInWay.Code, verdict);
    }

    /// <inheritdoc />
    public async Task<SignInOutcome> SignInWithInvitation(SignInWithToken command)
    {
        if (await RepeatedAsync(SignInWay.Invitation, command.TokenHash) is { } repeated) return repeated;
        if (!Tokens.IsHash(command.TokenHash)) return new SignInOutcome.TokenEnded();
        if (await ClosedAsync() is { } closed) return closed;
        var verdict = await GrainFactory.GetGrain<IInvitationGrain>(GrainKeys.ForInvitation(Organisation, command.TokenHash))
            .Accept(Guess(CodePurpose.Invitation, command.TokenHash, command.Code, command.Device, TokenHash));
        return verdict switch
        {
            InvitationVerdict.Accepted a =>
                await BeginAsync(SignInWay.Invitation, a.Patient, a.Credential, command.TokenHash, command.Device, unproved: a.Elsewhere),
            InvitationVerdict.Code c => await RefusedAsync(SignInWay.Invitation, c.Verdict),
            InvitationVerdict.AddressTaken => await RefusedAsync(SignInWay.Invitation, new SignInOutcome.AddressTaken(), "address-taken"),
            InvitationVerdict.TryAgain => new SignInOutcome.TryAgain(),
            _ => await RefusedAsync(SignInWay.Invitation, new SignInOutcome.TokenEnded(), "token-ended"),
        };
    }

    /// <inheritdoc />
    public async Task<SignInOutcome> SignInWithLink(SignInWithToken command)
    {
        if (await RepeatedAsync(SignInWay.Link, command.TokenHash) is { } repeated) return repeated;
        if (!Tokens.IsHash(command.TokenHash)) return new SignInOutcome.TokenEnded();
        if (await ClosedAsync() is { } closed) return closed;
        var verdict = await GrainFactory.GetGrain<IPatientLinkGrain>(GrainKeys.ForPatientLink(Organisation, command.TokenHash))
            .Use(Guess(CodePurpose.Link, command.TokenHash, command.Code, command.Device, TokenHash));
        return verdict switch
        {
            LinkVerdict.Used u => await BeginAsync(SignInWay.Link, u.Patient, u.Credential, command.TokenHash, command.Device),
            LinkVerdict.Code c => await RefusedAsync(SignInWay.Link, c.Verdict),
            _ => await RefusedAsync(SignInWay.Link, new SignInOutcome.TokenEnded(), "token-ended"),
        };
    }

    /// <summary>
    /// The answer where this key has begun already: the same again for the same sign-in, and no other use of it. Null where nothing has
    /// begun.
    /// </summary>
    private async Task<SignInOutcome?> RepeatedAsync(SignInWay way, string proof)
    {
        if (state.State.Phase == SessionPhase.None) return null;
        if (Session.IsRepeatedFirstStep(state.State, way, proof, Now))
        {
            await TellUntoldAsync();
            return NextStep();
        }

        if (!Session.IsRepeated(state.State, way, proof)) return new SignInOutcome.CodeEnded();
        await TellUntoldAsync();
        return SignedIn();
    }

    /// <summary>
    /// The answer where nothing may be evaluated now: too much from one address, or the portal is off. Null where it may.
    /// </summary>
    private async Task<SignInOutcome?> ClosedAsync()
    {
        if (!await AddressMayVerifyAsync()) return TooManyFromAddress();
        var organisation = await OrganisationGrain.Get();
        return organisation is { Settings.PortalEnabled: true } ? null : new SignInOutcome.PortalDisabled();
    }

    private async Task<SignInOutcome> BeginAsync(SignInWay way, string patient, string credential, string proof, ClientDevice device,
        string address = "", int? epoch = null, bool unproved = false)
    {
        var facts = await FactsAsync(PrincipalKind.Patient, patient);
        if (!facts.PortalOpen) return new SignInOutcome.PortalDisabled();
        if (!facts.InGoodStanding) return await RefusedAsync(way, new SignInOutcome.NoAccess(), "no-access", patient);
        if ((epoch ?? facts.Epoch) != facts.Epoch || !await IsStillProofAsync(way, patient, credential, proof, address))
        {
            return await RefusedAsync(way, new SignInOutcome.CodeEnded(), "credential-gone", patient);
        }

        var begun = Session.Begin(way, PrincipalKind.Patient, patient, credential, device, facts, NewSessionId(), Now);
        begun = begun with { Proof = proof, Unproved = unproved };
        await WriteAsync(state, begun);
        _lastSeen = begun.LastSeen;
        if (begun.Phase == SessionPhase.Live) Arm(facts);
        await TellAsync(SessionNews.Began(begun));
        return begun.Phase == SessionPhase.Live ? SignedIn() : NextStep();
    }

    // The code may have been sent before the credential was changed or cleared: whoever reads the old mailbox must not get in, by the
    // address itself, by a username whose codes went there, nor by a link or invitation. Asked after the facts were read, so that a change
    // in between has a newer epoch than the session.
    private async Task<bool> IsStillProofAsync(SignInWay way, string patient, string credential, string proof, string address) => way switch
    {
        SignInWay.Code => GrainKeys.TrySubject(credential, out var kind, out var valueHash)
            && await PatientGrain(patient).CodeDestination(kind, valueHash.ToString()) is { } destination
            && destination.Address == address,
        SignInWay.Link => await PatientGrain(patient).PreferredDestination() is { } preferred && preferred.Subject == credential,
        SignInWay.Invitation => (await PatientGrain(patient).Standing()).CurrentInvitation == proof,
        SignInWay.Registration => GrainKeys.TrySubject(credential, out var kind, out var valueHash)
            && await PatientGrain(patient).Holds(kind, valueHash.ToString()),
        _ => true,
    };

    private Task<SignInOutcome> RefusedAsync(SignInWay way, CodeVerdict verdict)
    {
        var (outcome, reason, patient) = Refusal(verdict);
        return RefusedAsync(way, outcome, reason, patient);
    }

    private async Task<SignInOutcome> RefusedAsync(SignInWay way, SignInOutcome outcome, string reason, string patient = "")
    {
        await AuditAsync("sign-in.refused", AuditOutcome.Refused, patient.Length > 0 ? patient : null, reason, operation: null,
            ("way", SessionNews.Name(way)));
        return outcome;
    }

    /// <summary>What a verdict that is not right means for whoever typed the code, and for the audit log.</summary>
    private static (SignInOutcome Outcome, string Reason, string Patient) Refusal(CodeVerdict verdict) => verdict switch
    {
        CodeVerdict.Wrong w => (new SignInOutcome.WrongCode { TriesLeft = w.TriesLeft }, "wrong-code", w.Patient),
        CodeVerdict.TooMany t => (new SignInOutcome.TooMany { Until = t.Until }, "too-many-guesses", t.Patient),
        CodeVerdict.Ended e => (new SignInOutcome.CodeEnded(), "code-ended", e.Patient),
        _ => (new SignInOutcome.CodeEnded(), "code-ended", ""),
    };

    private SignInOutcome.SignedIn SignedIn() => new()
    {
        Subject = state.State.Subject,
        ExpiresAt = Session.ExpiresAt(state.State),
        Credential = state.State.Credential,
    };

    private SignInOutcome.TooMany TooManyFromAddress() => new() { Until = Now + ClientAddress.Window };

    private Task<bool> AddressMayVerifyAsync() =>
        ClientAddressGrain.OfCaller(GrainFactory, hash, Organisation)?.TryVerify() ?? Task.FromResult(true);

    // Derived from the key, so that a session begun again after a crash has the same; says nothing about the key.
    private string NewSessionId() => Ids.Derive("s", Key);

    private static CodeGuess Guess(CodePurpose purpose, string context, string code, ClientDevice device, string operation) =>
        new() { Purpose = purpose, Context = context, Code = code, Device = device, Operation = operation };
}
