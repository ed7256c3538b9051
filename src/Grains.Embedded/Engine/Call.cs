using System.Reflection;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Portal.Grains.Embedded;

/// <summary>The result of a method that has none.</summary>
internal readonly struct Nothing;

/// <summary>A call of a grain or observer, from the reference through the filters to the answer.</summary>
internal abstract class Call(GrainReference reference, Method method)
    : Request, IIncomingGrainCallContext, IOutgoingGrainCallContext, IInvokable
{
    private int _filter;

    protected Method Method => method;

    public GrainReference Reference => reference;

    /// <summary>The activation that calls; null outside the grains.</summary>
    public Activation? Source { get; private set; }

    /// <summary>Made by the engine itself, e.g. for a reminder.</summary>
    public bool FromEngine { get; init; }

    /// <summary>At the caller, before the call is sent: the filters there see it, and invoking it sends another one.</summary>
    public bool Outgoing { get; init; }

    public override bool Interleaves => method.AlwaysInterleave;

    public override bool IsReadOnly => method.ReadOnly;

    public override bool CountsAsUse => true;

    public bool IsOneWay => method.OneWay;

    public object Grain => Outgoing ? reference : Target!.GrainInstance!;

    public MethodInfo InterfaceMethod => method.Info;

    public MethodInfo ImplementationMethod => Target!.Kind.Implementation(Target.GrainInstance!.GetType(), method.Info);

    public string InterfaceName => method.InterfaceType.FullName!;

    public string MethodName => method.Info.Name;

    IInvokable IGrainCallContext.Request => this;

    public GrainId? SourceId => FromEngine ? EmbeddedSilo.EngineId : Source?.GrainId;

    public GrainId TargetId => reference.GrainId;

    public IGrainContext TargetContext => Target!;

    public IGrainContext? SourceContext => Source;

    public abstract object? Result { get; set; }

    protected abstract ITuple Arguments { get; }

    public object? GetArgument(int index) => Arguments[index];

    public int GetArgumentCount() => Arguments.Length;

    public string GetInterfaceName() => InterfaceName;

    public Type GetInterfaceType() => method.InterfaceType;

    public MethodInfo GetMethod() => method.Info;

    public string GetMethodName() => MethodName;

    public object? GetTarget() => Target?.GrainInstance;

    /// <summary>Notes who calls, for whom, and with which values, and refuses calls that may not be made.</summary>
    public void Begin(EmbeddedSilo silo)
    {
        var frame = Current;
        var caller = TaskScheduler.Current as Activation;
        if (caller?.Silo == silo && !FromEngine)
        {
            // An observer lives outside the grains: it waits like one, but calls like anybody.
            if (!caller.Kind.IsObserver) Source = caller;
            if (!IsOneWay && frame?.Request is { } request && request.Target == caller) Parent = request;
        }

        if (Source is null) silo.RefuseUnlessRunning(FromEngine);
        silo.StartTicking();
        SentAt = silo.Waited;
        Values = frame?.Values is { } values ? Copiers.CopyValues(values) : null;
    }

    /// <summary>Refuses a call that would wait for a request that waits for this call.</summary>
    public void RefuseCycle(Activation target)
    {
        for (var request = Parent; request is not null; request = request.Parent)
        {
            if (request.Target != target || request.Finished || request.Interleaves || (request.IsReadOnly && IsReadOnly)) continue;
            if (Interleaves || target.Kind.IsReentrant) return;
            var chain = $"{target.GrainId}.{MethodName}";
            for (var link = Parent; link is not null; link = link.Parent) chain = $"{link.Target!.GrainId} → {chain}";
            throw new CallCycleException($"The call would wait for itself for ever: {chain}");
        }
    }

    /// <summary>The next filter, or the call itself.</summary>
    public Task Invoke()
    {
        var silo = reference.Silo;
        if (Outgoing) return _filter < silo.OutgoingFilters.Length ? silo.OutgoingFilters[_filter++].Invoke(this) : InvokeTargetAsync();
        if (_filter < silo.IncomingFilters.Length) return silo.IncomingFilters[_filter++].Invoke(this);
        if (_filter++ == silo.IncomingFilters.Length && Target!.GrainInstance is IIncomingGrainCallFilter own) return own.Invoke(this);
        return InvokeTargetAsync();
    }

    protected abstract Task InvokeTargetAsync();

    public override void Abandon()
    {
        if (Source is null) Fail(new SiloUnavailableException("The silo was killed; the outcome of the call is unknown."));
    }

    public override void Resend()
    {
        try
        {
            reference.Silo.Deliver(this);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    protected void LogOneWay(Exception error) =>
        reference.Silo.Logger.LogWarning(error, "The one-way call {Grain}.{Method} failed", reference.Kind.Name, MethodName);

    public override string ToString() => $"{reference.GrainId}.{MethodName}";
}

/// <summary>A call of a method with these arguments (a tuple) and this result.</summary>
internal sealed class Call<TArgs, TResult>(GrainReference reference, Method<TArgs, TResult> method, TArgs args) : Call(reference, method)
    where TArgs : struct, ITuple
{
    private static readonly object s_answered = new();

    private TResult? _result;
    private TResult? _answer;
    private Exception? _error;
    private int _claimed;

    // Null, the caller's promise, or s_answered.
    private object? _promise;

    protected override ITuple Arguments => args;

    public override object? Result
    {
        get => typeof(TResult) == typeof(Nothing) ? null : _result;
        set
        {
            if (typeof(TResult) != typeof(Nothing)) _result = (TResult?)value;
        }
    }

    /// <summary>Sends the call, through the filters of the caller if there are any. Never throws: refusals come with the answer.</summary>
    public Call<TArgs, TResult> Send()
    {
        if (IsOneWay) Answer(default, null);
        try
        {
            Begin(Reference.Silo);
            if (Outgoing) _ = RunFiltersAsync();
            else Reference.Silo.Deliver(this);
        }
        catch (Exception error) when (!IsOneWay)
        {
            Fail(error);
        }
        catch (Exception error)
        {
            LogOneWay(error);
        }

        return this;
    }

    public Task<TResult> AsTask()
    {
        var known = Volatile.Read(ref _promise);
        if (known is TaskCompletionSource<TResult> earlier) return earlier.Task;
        if (known is null)
        {
            // On a queue the answer stays there: a caller that waits for several at once would otherwise hear of them on another thread.
            var inTurn = Source is null ? TurnQueue.IsCurrent : Reference.Silo.Options.Deterministic;
            var options = inTurn ? TaskCreationOptions.None : TaskCreationOptions.RunContinuationsAsynchronously;
            var promise = new TaskCompletionSource<TResult>(options);
            if (Interlocked.CompareExchange(ref _promise, promise, null) is null) return promise.Task;
        }

        return _error is null ? Task.FromResult(_answer!) : Task.FromException<TResult>(_error);
    }

    /// <summary>The answer without a task where it is there already.</summary>
    public ValueTask<TResult> AsValueTask() =>
        Volatile.Read(ref _promise) is not null && _error is null ? new ValueTask<TResult>(_answer!) : new ValueTask<TResult>(AsTask());

    public override async Task RunAsync()
    {
        Current = this;
        var activation = Target!;
        try
        {
            // Held until the call is done: an observer is otherwise held by nobody here.
            var target = activation.GrainInstance ?? throw new ClientNotAvailableException($"The observer {TargetId} is gone.");
            var isFiltered = activation.Silo.IncomingFilters.Length > 0 || target is IIncomingGrainCallFilter;
            if (isFiltered) await Invoke();
            else _result = await method.Invoke(target, args);
            GC.KeepAlive(target);
            Answer(Copier<TResult?>.Copy(_result), null);
        }
        catch (Exception error)
        {
            if (IsOneWay) LogOneWay(error);
            // What is in memory is outdated: the next call shall read it anew.
            if (error is InconsistentStateException)
                activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, error, "Its state was outdated."));
            Fail(error);
        }

        activation.Finish(this);
    }

    public override void Fail(Exception error) => Answer(default, error);

    protected override async Task InvokeTargetAsync() =>
        _result = Outgoing
            ? await new Call<TArgs, TResult>(Reference, method, args).Send().AsTask()
            : await method.Invoke(Target!.GrainInstance!, args);

    private async Task RunFiltersAsync()
    {
        try
        {
            await Invoke();
            Answer(_result, null);
        }
        catch (Exception error)
        {
            Fail(error);
        }
    }

    // The first answer counts: the method's, a timeout's, or that of a silo that was killed.
    private void Answer(TResult? answer, Exception? error)
    {
        if (Interlocked.Exchange(ref _claimed, 1) != 0) return;
        _answer = answer;
        _error = error;
        if (Interlocked.Exchange(ref _promise, s_answered) is not TaskCompletionSource<TResult> promise) return;
        if (error is null) promise.SetResult(answer!);
        else promise.SetException(error);
    }
}
