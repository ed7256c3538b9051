using System.Globalization;

namespace Portal.Benchmarks.Load;

/// <summary>Something that is done to the system in the middle of a run, such as killing a silo.</summary>
/// <param name="At">When, from the beginning of the run.</param>
/// <param name="Command">What, for the shell.</param>
public sealed record Disturbance(TimeSpan At, string Command);

/// <summary>What a run of patients is like.</summary>
public sealed record LoadOptions
{
    /// <summary>The portal's addresses, used in turn: one, or those of several nodes.</summary>
    public IReadOnlyList<Uri> Addresses { get; init; } = [new("http://localhost:5080")];

    /// <summary>The organisation whose patients come.</summary>
    public string Organisation { get; init; } = "riverside";

    /// <summary>Patients who arrive in a second, whether or not those before them are done. Default 5.</summary>
    public double Rate { get; init; } = 5;

    /// <summary>For how long patients arrive. Default 60 seconds.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Pages that each of them looks at after signing in. Default 4.</summary>
    public int Pages { get; init; } = 4;

    /// <summary>How many of a hundred open their clinical records. Default 25.</summary>
    public int Elevating { get; init; } = 25;

    /// <summary>How many of a hundred sign out in the end. Default 50.</summary>
    public int Leaving { get; init; } = 50;

    /// <summary>For how long a patient presses the button again where an answer did not come. Default 60 seconds.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>What is done to the system meanwhile.</summary>
    public IReadOnlyList<Disturbance> Disturbances { get; init; } = [];

    /// <summary>Where the patients of the run begin in the list of those there are: one may ask for a code once a minute.</summary>
    public int Skip { get; init; }

    /// <summary>How the command line is written.</summary>
    public const string Usage =
        "load [--url http://host:port[,…]] [--organisation riverside] [--rate 5] [--seconds 60] [--pages 4] [--elevate 25] [--leave 50]\n"
        + "     [--patience 60] [--skip 0] [--at <seconds> <command>]…";

    /// <summary>Reads the command line; null where it can't be read.</summary>
    public static LoadOptions? Parse(ReadOnlySpan<string> args)
    {
        var options = new LoadOptions();
        List<Disturbance> disturbances = [];
        while (!args.IsEmpty)
        {
            var taken = args[0] == "--at" ? 3 : 2;
            if (args.Length < taken) return null;
            if (args[0] == "--at")
            {
                if (Number(args[1]) is not { } at) return null;
                disturbances.Add(new Disturbance(TimeSpan.FromSeconds(at), args[2]));
            }
            else if (With(options, args[0], args[1]) is { } next)
            {
                options = next;
            }
            else
            {
                return null;
            }

            args = args[taken..];
        }

        return options with { Disturbances = disturbances };
    }

    private static LoadOptions? With(LoadOptions options, string name, string value)
    {
        if (name == "--organisation") return options with { Organisation = value };
        if (name == "--url") return options with { Addresses = [.. value.Split(',').Select(address => new Uri(address))] };
        return Number(value) is not { } number ? null : name switch
        {
            "--rate" when number > 0 => options with { Rate = number },
            "--seconds" => options with { Duration = TimeSpan.FromSeconds(number) },
            "--pages" => options with { Pages = (int)number },
            "--elevate" => options with { Elevating = (int)number },
            "--leave" => options with { Leaving = (int)number },
            "--patience" => options with { Patience = TimeSpan.FromSeconds(number) },
            "--skip" => options with { Skip = (int)number },
            _ => null,
        };
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0 ? number : null;
}
