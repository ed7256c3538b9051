using Portal.Benchmarks;

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
    case ["memory"]:
        await SessionMemory.RunAsync();
        break;
    case ["start", var silo]:
        await StartTime.RunAsync(silo);
        break;
    default:
        Console.Error.WriteLine("calls | writes [storage setting] | memory | start <path of Portal.Silo.dll>");
        return 2;
}

return 0;
