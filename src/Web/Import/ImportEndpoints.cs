using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;

namespace Portal.Web.Import;

/// <summary>
/// Takes files to be imported, at <c>/{org}/staff/import/file</c>. They go to the batch in parts, and never wholly into memory.
/// </summary>
public static class ImportEndpoints
{
    /// <summary>Bytes of a file at most: half a million rows of usual length. Ours.</summary>
    public const long MaxFile = 50L * 1024 * 1024;

    private const int RowsAtOnce = 1_000;

    // What is above it waits in a temporary file.
    private const int InMemory = 64 * 1024;

    private const string Sample = """
        id,given name,family name,date of birth,email,mobile,home phone,street,town,postcode
        1001,Maya,Okafor,1984-05-17,maya.okafor@example.org,07700 900201,,"4 Mill Lane
        Flat 2",Riverside,RV1 4AB
        1002,Tom,"O'Neill",23/11/1959,tom.oneill@example.org,,01632 960202,9 Quay Street,Riverside,RV2 7QD
        1003,Lena,Sørensen,2001-02-28,,07700 900203,,12 Hill Road,Riverside,RV1 9ZZ

        """;

    /// <summary>Adds the addresses.</summary>
    public static void MapImport(this IEndpointRouteBuilder routes)
    {
        var staff = new StaffPageAttribute(Callers.AccessStaff);
        routes.MapPost("/{org}/staff/import/file", (RequestDelegate)UploadAsync)
            .WithMetadata(staff, new RequestSizeLimitAttribute(MaxFile + InMemory));
        routes.MapGet("/{org}/staff/import/sample.csv", () => TypedResults.Text(Sample, "text/csv")).WithMetadata(staff);
    }

    private static async Task UploadAsync(HttpContext context)
    {
        var session = context.RequestServices.GetRequiredService<PortalSession>();
        var home = $"/{session.Slug}/staff/import";
        var limits = new FormOptions { MultipartBodyLengthLimit = MaxFile, MemoryBufferThreshold = InMemory, ValueCountLimit = 16 };
        context.Features.Set<IFormFeature>(new FormFeature(context.Request, limits));
        try
        {
            await context.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(context);
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            if (form.Files["file"] is not { Length: > 0 } file) throw new ImportFileException("empty");
            var batch = await TakeAsync(context, session.Slug, file, form["separator"].ToString());
            Go(context, $"{home}/{batch}");
        }
        catch (AntiforgeryValidationException)
        {
            Go(context, $"{home}?problem=too-old");
        }
        catch (ImportFileException error)
        {
            Go(context, $"{home}?problem={error.Problem}");
        }
        catch (Exception error) when (error is InvalidDataException or BadHttpRequestException)
        {
            Go(context, $"{home}?problem=too-large");
        }
    }

    private static async Task<string> TakeAsync(HttpContext context, string organisation, IFormFile file, string separator)
    {
        await using var stream = file.OpenReadStream();
        var isJson = await IsJsonAsync(stream);
        var rows = isJson
            ? FhirBundle.ReadAsync(stream, context.RequestAborted)
            : CsvFile.ReadAsync(stream, separator switch { "comma" => ',', "semicolon" => ';', "tab" => '\t', _ => null });
        var id = Ids.New("b");
        var batch = context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IBatchGrain>($"{organisation}/{id}");
        var create = new CreateBatch { Job = BatchJob.Import, Name = Path.GetFileName(file.FileName) };
        if (isJson) await CreateAsync(batch, create with { Header = FhirBundle.Header, Columns = FhirBundle.Columns });
        try
        {
            await FillAsync(batch, rows, isJson ? null : create);
        }
        catch
        {
            await batch.Cancel();
            throw;
        }

        return id;
    }

    private static async Task FillAsync(IBatchGrain batch, IAsyncEnumerable<string[]> rows, CreateBatch? createWithHeader)
    {
        var (waiting, next) = (new List<string[]>(RowsAtOnce), 1);
        await foreach (var row in rows)
        {
            if (createWithHeader is { } create)
            {
                await CreateAsync(batch, create with { Header = row });
                createWithHeader = null;
                continue;
            }

            waiting.Add(row);
            if (waiting.Count == RowsAtOnce) await SendAsync();
        }

        if (waiting.Count > 0) await SendAsync();
        if (next == 1) throw new ImportFileException("empty");
        await batch.EndRows();

        async Task SendAsync()
        {
            if (!await batch.AddRows(new BatchRows { First = next, Cells = [.. waiting] })) throw new ImportFileException("too-many");
            next += waiting.Count;
            waiting.Clear();
        }
    }

    private static async Task CreateAsync(IBatchGrain batch, CreateBatch command)
    {
        if (await batch.Create(command) != CreateBatchOutcome.Created) throw new ImportFileException("columns");
    }

    private static async Task<bool> IsJsonAsync(Stream stream)
    {
        var start = new byte[256];
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return start.Take(length).SkipWhile(b => b is 0xEF or 0xBB or 0xBF or 9 or 10 or 13 or 32).FirstOrDefault() == '{';
    }

    private static void Go(HttpContext context, string address)
    {
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = address;
    }
}
