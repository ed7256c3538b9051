using Portal.Grains.Abstractions.Organisations;

namespace Portal.Web.Shared;

/// <summary>What an error page says: what happened, that nothing was changed, and how to go on.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Text">What happened and what to do.</param>
public sealed record Problem(string Title, string Text)
{
    /// <summary>
    /// A form that came without a valid antiforgery token: most often it was open for long, or somebody signed in or out meanwhile.
    /// </summary>
    public static readonly Problem FormTooOld = new(
        "This page was open for too long",
        "For your safety we did not accept what you sent, and nothing was changed. Open the page again and fill it in once more. "
        + "If that does not help, check that your browser accepts cookies.");

    /// <summary>An address or form with characters that are no text.</summary>
    public static readonly Problem Unreadable = new(
        "We could not read what was sent",
        "The address or the form has characters that are not valid text. Nothing was changed. "
        + "Check what you typed or pasted, and try again.");

    /// <summary>Another host's name, or a request that another site sent.</summary>
    public static readonly Problem WrongAddress = new(
        "This is not the portal's address",
        "Open the portal by the link in a message from your clinic, or by the address it gave you.");

    /// <summary>What a status means to the person who sees it.</summary>
    public static Problem Of(int status) => status switch
    {
        404 or 403 or 405 or 410 => new(
            "Page not found",
            "Check that the whole address was typed or pasted. "
            + "If a link in a message brought you here, it may have been replaced by a newer one."),
        408 => new("That took too long", "What you sent did not arrive whole, and nothing was changed. Try again."),
        413 or 414 or 431 => new(
            "That is too large", "What you sent is larger than we accept, and nothing was changed. Shorten it and try again."),
        429 => new(
            "Too many attempts", "For your safety we have stopped for a while. Wait, then try again. You do not need to do anything else."),
        503 => new("The portal is not available at this moment", "Nothing you saved before is lost. Wait a minute, then try again."),
        >= 500 => new(
            "Sorry, something went wrong",
            "The mistake is ours, and it has been recorded. Try again; if it happens again, tell your clinic the reference below."),
        _ => new("We could not do that", "What was sent can't be right, and nothing was changed. Go back and try again."),
    };
}

/// <summary>
/// What the error page of a response says; set as a feature by whoever refuses the request, where the status alone does not tell.
/// </summary>
/// <param name="Says">The words.</param>
/// <param name="Reference">What support looks for in the logs; null where nothing was logged.</param>
public sealed record ProblemFeature(Problem Says, string? Reference = null);

/// <summary>What an error page shows besides <see cref="Problem"/>.</summary>
public sealed record ProblemContext
{
    /// <summary>The organisation of the address, where it was found out before things went wrong.</summary>
    public OrganisationView? Organisation { get; init; }

    /// <summary>Where "try again" leads; null: no such button.</summary>
    public string? RetryHref { get; init; }

    /// <summary>What was typed, to be sent again by "try again"; empty where nothing was, or it must not stand in a page.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Typed { get; init; } = [];

    /// <summary>What support looks for in the logs.</summary>
    public string? Reference { get; init; }
}
