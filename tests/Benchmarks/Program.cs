using Portal.Benchmarks;
using Portal.Benchmarks.Load;

// Each measurement runs alone in a fresh process: `dotnet run -c Release --project tests/Benchmarks -- <name> [argument]`.
switch (args)
{
    case ["calls"]:
        await GrainCalls.RunAsync();
        break;
    case ["writes", .. var rest]:
        await StateWrites.RunAsync(
            rest.FirstOrDefault() ?? "sqlite:" + Path.Combine(Path.GetTempPath(), $"portal-bench-{Environment.ProcessId}", "bench.db"));
        break;
    case ["import", var storage, .. var rest]:
        await Imports.RunAsync(storage, rest.Length > 0 ? int.Parse(rest[0]) : 100_000, rest.Length > 1 ? int.Parse(rest[1]) : 10_000);
        break;
    case ["memory"]:
        await SessionMemory.RunAsync();
        break;
    case ["start", var silo]:
        await StartTime.RunAsync(silo);
        break;
    case ["timing", var silo, .. var rest]:
        await SignInTiming.RunAsync(silo, rest.FirstOrDefault());
        break;
    case ["fill", var storage, var patients, var days]:
        await SizesRuns.FillAsync(storage, int.Parse(patients), TimeSpan.FromDays(double.Parse(days)));
        break;
    case ["search", .. var rest]:
        return await SearchTime.RunAsync(
            rest.FirstOrDefault() ?? "sqlite:" + Path.Combine(Path.GetTempPath(), $"portal-bench-{Environment.ProcessId}", "search.db"));
    case ["rest", var silo, var storage]:
        await SizesRuns.RestAsync(silo, storage);
        break;
    case ["drain", var silo, var storage, var patients]:
        await SizesRuns.DrainAsync(silo, storage, int.Parse(patients));
        break;
    case ["load", .. var rest] when LoadOptions.Parse(rest) is { } options:
        return await LoadRun.RunAsync(options);
    default:
        Console.Error.WriteLine("calls | writes [storage setting] | search [storage setting] | memory | start <path of Portal.Silo.dll>\n"
            + "timing <Portal.Silo.dll> [storage setting] | "
            + "import <storage setting> [patients] [invited] | "
            + "fill <storage setting> <patients> <days until their invitations end> | rest <Portal.Silo.dll> <storage setting> | "
            + "drain <Portal.Silo.dll> <storage setting> <patients>\n" + LoadOptions.Usage);
        return 2;
}

return 0;
