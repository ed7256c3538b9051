namespace Portal.Silo.Data.Commands;

/// <summary>What a command's process ends with. Scripts rely on the numbers: never change one.</summary>
public enum ExitCode
{
    /// <summary>Done, and nothing was found wrong.</summary>
    Done = 0,

    /// <summary>Done, and something was found wrong: see what was printed.</summary>
    Problems = 1,

    /// <summary>The command line is not understood, or a setting is missing.</summary>
    Usage = 2,

    /// <summary>Not done, for a reason that was printed; nothing was changed.</summary>
    Refused = 3,

    /// <summary>The export is damaged; nothing was changed.</summary>
    Damaged = 4,

    /// <summary>The database or the file cannot be reached, read or written.</summary>
    Unavailable = 5,
}
