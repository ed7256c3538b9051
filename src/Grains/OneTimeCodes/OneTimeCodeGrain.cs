using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Portal.Grains.Abstractions.OneTimeCodes;
using Portal.Grains.Abstractions.Organisations;
using Portal.Grains.Abstractions.Patients;
using Portal.Grains.Abstractions.Shared;
using Portal.Grains.Messages;
using Portal.Grains.Shared;
using Portal.Storage;

namespace Portal.Grains.OneTimeCodes;

/// <inheritdoc cref="IOneTimeCodeGrain" />
public sealed partial class OneTimeCodeGrain(
    [PersistentState("codes")] IPersistentState<OneTimeCodeState> state, Outbox outbox, KeyedHash hash, PortalAddress address,
    Database database, TimeProvider time, ILogger<OneTimeCodeGrain> logger)
    : PortalGrain(time), IOneTimeCodeGrain
{
    private string Subject => field ??= GrainKeys.Second(Key).ToString();

    /// <inheritdoc />
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (OneTimeCode.Pending(state.State, Now).Count > 0) SendSoon();
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public async Task<CodeRequestOutcome> RequestSignIn(ClientDevice device)
    {
        if (await AddressRefusalAsync(CodePurpose.SignIn, "", device) is { } refusal) return refusal;
        // Where there is no portal there is nothing to send and nothing to keep; the answer is that of any address nobody has.
        var organisation = await OrganisationAsync();
        var limits = LimitsOf(organisation);
        if (organisation is not { Settings.PortalEnabled: true })
        {
            return new CodeRequestOutcome.OnItsWay { ExpiresAt = Now + limits.Lifetime, NextAt = Now + limits.SendSpacing };
        }

        var (command, code) = NewCode(CodePurpose.SignIn, "", device, device.Known);
        return await IssueAsync(command, code, limits);
    }

    /// <inheritdoc />
    public async Task<CodeRequestOutcome> Request(CodeRequest request)
    {
        if (await AddressRefusalAsync(request.Purpose, request.Context, request.Device) is { } refusal) return refusal;
        // Whoever gets here holds a live session, an invitation or a link.
        var (command, code) = NewCode(request.Purpose, request.Context, request.Device, IsTrusted(request.Purpose, request.Device));
        command = command with { Patient = request.Destination.Patient, Address = request.Destination.Address };
        return await IssueAsync(command, code, LimitsOf(await OrganisationAsync()));
    }

    /// <inheritdoc />
    public async Task<CodeVerdict> Verify(CodeGuess guess)
    {
        var browser = guess.Device.BrowserHash;
        // What was promised is sent first, so that no guess meets a challenge whose patient is not known yet.
        await SettleAsync();
        await WithdrawAsync(guess.Purpose, guess.Context, browser);
        var limits = LimitsOf(await OrganisationAsync());
        var patient = OneTimeCode.PatientOf(state.State, guess.Purpose, guess.Context);
        if (!TypedCode.TryRead(guess.Code, out var code))
        {
            var left = OneTimeCode.GuessesLeft(state.State, guess.Purpose, guess.Context, browser, limits, Now);
            return left > 0 ? new CodeVerdict.Wrong { TriesLeft = left, Patient = patient } : new CodeVerdict.Ended { Patient = patient };
        }

        var command = new CheckCode
        {
            Purpose = guess.Purpose,
            Context = guess.Context,
            Browser = browser,
            HashFor = id => OneTimeCodeGenerator.Hash(hash, Key, id, code),
            Operation = guess.Operation,
        };
        var decision = OneTimeCode.Check(state.State, command, limits, Now);
        if (decision.Changed(state.State)) await WriteAsync(state, decision.State);
        switch (decision.Result)
        {
            case CheckCodeResult.Accepted accepted:
                return new CodeVerdict.Right { Patient = accepted.Challenge.Patient, Address = accepted.Challenge.Address };
            case CheckCodeResult.Wrong wrong:
                await GrainFactory.GetGrain<IGuessAlarmGrain>(GrainKeys.ForGuessAlarm(Organisation)).WrongGuess();
                return new CodeVerdict.Wrong { TriesLeft = wrong.GuessesLeft, Patient = patient };
            case CheckCodeResult.TooManyGuesses many:
                return new CodeVerdict.TooMany { Until = many.RetryAt, Patient = patient };
            default:
                return new CodeVerdict.Ended { Patient = patient };
        }
    }

    /// <inheritdoc />
    public async Task Sweep()
    {
        await SettleAsync();
        if (!OneTimeCode.IsSpent(state.State, Now))
        {
            await database.WriteAsync(new WriteUnit("codes", OneTimeCodeTable.Keep(Organisation, Subject, Now)));
            return;
        }

        if (state.RecordExists) await state.ClearStateAsync();
        await database.WriteAsync(OneTimeCodeTable.Delete(Organisation, Subject));
        DeactivateOnIdle();
    }

    /// <summary>What has to be durable at once, then the answer; the rest happens after it.</summary>
    private async Task<CodeRequestOutcome> IssueAsync(SendCode command, string code, OneTimeCodeLimits limits)
    {
        var decision = OneTimeCode.Send(state.State, command, limits, Now);
        if (decision.Result is SendCodeResult.Send) await Task.WhenAll(WriteAsync(state, decision.State), PromiseAsync());
        else if (decision.Changed(state.State)) await WriteAsync(state, decision.State);
        switch (decision.Result)
        {
            case SendCodeResult.Send send:
                _codes[send.Challenge.Id] = code;
                SendSoon();
                return new CodeRequestOutcome.OnItsWay { ExpiresAt = send.Challenge.ExpiresAt, NextAt = send.NextAt };
            case SendCodeResult.TooManySends many:
                CodeMetrics.Refused(command.Purpose, "too-many-sends");
                return new CodeRequestOutcome.TooMany { Until = many.RetryAt, EarlierCodeGood = many.EarlierCodeGood };
            case SendCodeResult.TooManyGuesses many:
                CodeMetrics.Refused(command.Purpose, "too-many-guesses");
                return new CodeRequestOutcome.TooMany { Until = many.RetryAt };
            default:
                throw new InvalidOperationException("A new challenge has the name of an older one.");
        }
    }

    // Whoever dies between the answer and the message has somebody who sends it. Where this fails the next activation sends it.
    private async Task PromiseAsync()
    {
        try
        {
            await database.WriteAsync(OneTimeCodeTable.Promise(Organisation, Subject, Now));
        }
        catch
        {
            DeactivateOnIdle();
            throw;
        }
    }

    /// <summary>
    /// Voids what was sent before its patient was blocked, or had a credential changed or cleared. The same call is made where the code
    /// went to nobody.
    /// </summary>
    private async Task WithdrawAsync(CodePurpose purpose, string context, string browser)
    {
        var holder = OneTimeCode.HolderOf(state.State, purpose, context, browser);
        if (holder.Length == 0) holder = OneTimeCode.PatientOf(state.State, purpose, context);
        var patient = holder.Length > 0 ? holder : Nobody;
        var standing = await GrainFactory.GetGrain<IPatientGrain>(GrainKeys.ForPatient(Organisation, patient)).Standing();
        var next = OneTimeCode.Withdraw(state.State, holder, standing);
        if (!ReferenceEquals(next, state.State)) await WriteAsync(state, next);
    }

    /// <inheritdoc />
    public async Task<DateTimeOffset?> LockedUntil() =>
        OneTimeCodeLock.LockedUntil(state.State, LimitsOf(await OrganisationAsync()), Now);

    private static OneTimeCodeLimits LimitsOf(OrganisationView? organisation) =>
        OneTimeCodeLimits.Tightened(organisation?.Settings.CodeLimits);

    // Stands for whoever does not hold the credential.
    private string Nobody => field ??= Ids.Derive("nobody", Key);

    private async Task<CodeRequestOutcome?> AddressRefusalAsync(CodePurpose purpose, string context, ClientDevice device)
    {
        if (ClientAddressGrain.OfCaller(GrainFactory, hash, Organisation) is not { } counts || await counts.TryRequest()) return null;
        return new CodeRequestOutcome.TooMany
        {
            Until = Now + ClientAddress.Window,
            EarlierCodeGood = OneTimeCode.HasGood(state.State, purpose, context, device.BrowserHash, Now),
        };
    }

    // A link may be found on paper or in a shared mailbox, and needs no more than its token to ask for codes: its finder must not spend the
    // budget of the patient's own devices. A session or an invitation that has confirmed the birth date is no stranger's.
    private static bool IsTrusted(CodePurpose purpose, ClientDevice device) => purpose != CodePurpose.Link || device.Known;

    private (SendCode Command, string Code) NewCode(CodePurpose purpose, string context, ClientDevice device, bool knownDevice)
    {
        var (id, code) = (OneTimeCodeGenerator.NewChallengeId(), OneTimeCodeGenerator.NewCode());
        var command = new SendCode
        {
            ChallengeId = id,
            Purpose = purpose,
            Context = context,
            Browser = device.BrowserHash,
            KnownDevice = knownDevice,
            CodeHash = OneTimeCodeGenerator.Hash(hash, Key, id, code),
        };
        return (command, code);
    }
}
