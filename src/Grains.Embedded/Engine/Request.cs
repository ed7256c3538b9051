namespace Portal.Grains.Embedded;

/// <summary>
/// What travels with the asynchronous flow: the request being worked on and the values of <c>RequestContext</c>. Never changed once it is
/// current.
/// </summary>
internal class Frame
{
    private static readonly AsyncLocal<Frame?> s_current = new();

    public static Frame? Current
    {
        get => s_current.Value;
        set => s_current.Value = value;
    }

    /// <summary>The request this flow belongs to; null outside the grains.</summary>
    public Request? Request { get; protected init; }

    public Dictionary<string, object>? Values { get; protected set; }

    /// <summary>Goes on with other values.</summary>
    public static void Replace(Dictionary<string, object>? values) => Current = new Frame { Request = Current?.Request, Values = values };

    /// <summary>Goes on as a part of a request, without values.</summary>
    public static void Enter(Request? request) => Current = new Frame { Request = request };
}

/// <summary>
/// Something an activation works on: a call or the tick of a timer. Requests of an activation follow one another unless they may
/// interleave.
/// </summary>
internal abstract class Request : Frame
{
    protected Request() => Request = this;

    /// <summary>Who works on it; null until it is sent.</summary>
    public Activation? Target { get; set; }

    /// <summary>The request its sender was working on, and waits with; null at the start of a chain.</summary>
    public Request? Parent { get; protected set; }

    /// <summary>Starts whatever else is being worked on, and holds nothing up.</summary>
    public abstract bool Interleaves { get; }

    /// <summary>May be worked on beside others of its kind.</summary>
    public abstract bool IsReadOnly { get; }

    /// <summary>Keeps the activation from being idle.</summary>
    public abstract bool CountsAsUse { get; }

    /// <summary>The work is done; it no longer holds anything up.</summary>
    public bool Finished { get; set; }

    /// <summary>When it was sent, as <see cref="EmbeddedSilo.Waited"/> counts.</summary>
    public int SentAt { get; protected set; }

    /// <summary>Neighbours in the one list it is in.</summary>
    public Request? Next { get; set; }

    public Request? Previous { get; set; }

    /// <summary>Does the work; called in a turn of <see cref="Target"/>. Never throws.</summary>
    public abstract Task RunAsync();

    /// <summary>Answers the sender, if it waits and was not answered before.</summary>
    public virtual void Fail(Exception error) { }

    /// <summary>Answers the sender only if it is outside the grains: theirs died with the silo.</summary>
    public virtual void Abandon() { }

    /// <summary>Sends it anew after the activation it waited for has gone.</summary>
    public virtual void Resend() { }
}

/// <summary>Requests in order of arrival; a list through the requests themselves, so that it costs nothing while empty.</summary>
internal struct RequestList
{
    public Request? First { get; private set; }

    private Request? _last;

    public readonly bool IsEmpty => First is null;

    public void Add(Request request)
    {
        request.Previous = _last;
        if (_last is null) First = request;
        else _last.Next = request;
        _last = request;
    }

    public void Remove(Request request)
    {
        if (request.Previous is null) First = request.Next;
        else request.Previous.Next = request.Next;
        if (request.Next is null) _last = request.Previous;
        else request.Next.Previous = request.Previous;
        request.Next = request.Previous = null;
    }

    /// <summary>Empties the list and returns what was in it.</summary>
    public List<Request> Drain()
    {
        var all = new List<Request>();
        while (First is { } request)
        {
            all.Add(request);
            Remove(request);
        }

        return all;
    }
}
