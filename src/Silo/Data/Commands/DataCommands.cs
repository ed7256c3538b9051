using System.Globalization;
using Portal.Grains.Abstractions.Shared;
using Portal.Silo.Data.Transfer;
using Portal.Silo.Data.Verification;
using Portal.Silo.Development;
using Portal.Silo.Hosting;
using Portal.Silo.Settings;
using Portal.Storage;

namespace Portal.Silo.Data.Commands;

/// <summary>Runs the commands of the executable that are about its data: see <see cref="CommandLine.Usage"/>.</summary>
/// <param name="output">Where results go.</param>
/// <param name="errors">Where everything else that is said goes.</param>
public sealed class DataCommands(TextWriter output, TextWriter errors)
{
    /// <summary>Runs a command.</summary>
    /// <param name="args">The program's arguments.</param>
    /// <returns>What the process is to end with.</returns>
    public async Task<ExitCode> RunAsync(string[] args)
    {
        using var stop = new CancellationTokenSource();
        void Stop(object? sender, ConsoleCancelEventArgs e)
        {
            // The command ends by itself, and leaves nothing half done.
            e.Cancel = true;
            stop.Cancel();
        }

        Console.CancelKeyPress += Stop;
        try
        {
            return await RunAsync(CommandLine.Parse(args), stop.Token);
        }
        catch (Exception error) when (CodeOf(error) is { } code)
        {
            errors.WriteLine(error.Message);
            if (code == ExitCode.Usage) errors.WriteLine("\n" + CommandLine.Usage);
            return code;
        }
        finally
        {
            Console.CancelKeyPress -= Stop;
        }
    }

    private static ExitCode? CodeOf(Exception error) => error switch
    {
        FormatException => ExitCode.Usage,
        TransferRefusedException or DatabaseNewerException or AlreadyRunningException
            or OperationCanceledException => ExitCode.Refused,
        DamagedExportException => ExitCode.Damaged,
        StorageException or IOException or UnauthorizedAccessException or System.Data.Common.DbException => ExitCode.Unavailable,
        _ => null,
    };

    private async Task<ExitCode> RunAsync(CommandLine line, CancellationToken ct)
    {
        if (line.Command == "help")
        {
            output.WriteLine(CommandLine.Usage);
            return ExitCode.Done;
        }

        var builder = WebApplication.CreateBuilder();
        if (SecretFiles.AddTo(builder.Configuration) is [var problem, ..]) throw new FormatException(problem);
        var storage = builder.Configuration["Portal:Storage"] ?? GrainHosting.DefaultStorage;
        var engine = line.Engine is { } name ? EngineTables.Named(name)! : EngineTables.OfThisBuild;
        await using var database = Open(storage);
        if (engine.Name == "orleans" && database.Dialect != Dialect.PostgreSql)
            throw new TransferRefusedException("The orleans engine stores its data in PostgreSQL only.");
        var secrets = SecretsOf(builder, storage);
        return line.Command switch
        {
            "migrate" => await MigrateAsync(database, engine, ct),
            "export" => await ExportAsync(line, database, engine, ct),
            "import" => await ImportAsync(line, database, engine, secrets, ct),
            _ when secrets is null => throw new FormatException("Portal:Secret is not set: the audit log cannot be verified without it."),
            _ => await VerifyAsync(line, database, engine, secrets, ct),
        };
    }

    // The secret as the portal would have it at its next start; a development secret is not made here.
    private static PortalSecrets? SecretsOf(WebApplicationBuilder builder, string storage)
    {
        var secret = builder.Configuration["Portal:Secret"]
            ?? (builder.Environment.IsDevelopment() ? DevelopmentSecret.Find(storage) : null);
        try
        {
            return secret is null ? null : PortalSecrets.From(secret, isProduction: false);
        }
        catch (InvalidOperationException error)
        {
            throw new FormatException(error.Message);
        }
    }

    private static Database Open(string storage)
    {
        try
        {
            return Database.Open(storage);
        }
        catch (ArgumentException error)
        {
            throw new FormatException(error.Message);
        }
    }

    private async Task<ExitCode> MigrateAsync(Database database, EngineTables engine, CancellationToken ct)
    {
        var components = PortalSchema.Of(engine);
        var missing = PortalSchema.Missing(await database.SchemaAsync(ct), components);
        await database.MigrateAllAsync(components, ct);
        output.WriteLine(missing.Count == 0 ? "The tables were up to date." : $"Brought up to date: {string.Join(", ", missing)}.");
        return ExitCode.Done;
    }

    private async Task<ExitCode> ExportAsync(CommandLine line, Database database, EngineTables engine, CancellationToken ct)
    {
        var exporter = new Exporter(database, engine, TimeProvider.System);
        TransferSummary summary;
        if (line.File == "-")
        {
            await using var stream = Console.OpenStandardOutput();
            summary = await exporter.RunAsync(stream, ct);
        }
        else
        {
            summary = await ExportFile.WriteAsync(line.File!, stream => exporter.RunAsync(stream, ct));
        }

        Print(summary, "exported");
        errors.WriteLine("Portal:Secret is not in it: keep it too, apart from it. Without it nothing of this can be used.");
        return ExitCode.Done;
    }

    private async Task<ExitCode> ImportAsync(
        CommandLine line, Database database, EngineTables engine, PortalSecrets? secrets, CancellationToken ct)
    {
        var fingerprint = secrets is null ? null : Installation.Fingerprint(secrets);
        if (secrets is null) errors.WriteLine("Portal:Secret is not set, so whether it fits this data is seen at the portal's start only.");
        var importer = new Importer(database, engine, line.Replace, fingerprint);
        await using (var stream = line.File == "-" ? Console.OpenStandardInput() : File.OpenRead(line.File!))
            Print(await importer.RunAsync(stream, ct), "imported");
        return line.NoVerify ? ExitCode.Done : await VerifyAsync(new CommandLine("verify"), database, engine, secrets, ct);
    }

    private async Task<ExitCode> VerifyAsync(
        CommandLine line, Database database, EngineTables engine, PortalSecrets? secrets, CancellationToken ct)
    {
        using var report = new VerificationReport(output, line.Json, line.Limit);
        var verifier = new Verifier(database, engine, secrets, TimeProvider.System);
        await verifier.RunAsync(report, line.Repair, ct);
        report.End();
        return report.Problems == 0 ? ExitCode.Done : ExitCode.Problems;
    }

    private void Print(TransferSummary summary, string done)
    {
        foreach (var (section, rows) in summary.Sections)
            errors.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{section,-32} {rows,12:N0} rows"));
        errors.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{summary.Rows:N0} rows {done}; of {summary.Header.Made:u}, engine {summary.Header.Engine} on {summary.Header.Database}."));
    }
}
