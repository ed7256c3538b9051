using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Onboarding;

/// <summary>
/// What pages of bulk work ask by themselves, and what is downloaded from them, under <c>/{org}/staff/batches/{id}</c>: <c>progress</c>,
/// and <c>rows.csv</c>.
/// </summary>
public static class BatchEndpoints
{
    /// <summary>Adds the addresses.</summary>
    public static void MapBatches(this IEndpointRouteBuilder routes)
    {
        var staff = new StaffPageAttribute(Callers.AccessStaff);
        // Looking at a bar that moves does not keep a session alive.
        routes.MapGet("/{org}/staff/batches/{id}/progress", ProgressAsync).WithMetadata(staff, new WithoutTouchAttribute());
        routes.MapGet("/{org}/staff/batches/{id}/rows.csv", (RequestDelegate)DownloadAsync).WithMetadata(staff);
    }

    private static async Task<Results<Ok<Progress>, NotFound>> ProgressAsync(string id, PortalSession session, IGrainFactory grains)
    {
        if (!Ids.IsValid(id, "b")) return TypedResults.NotFound();
        return await grains.GetGrain<IBatchGrain>($"{session.Slug}/{id}").Get() is { } batch
            ? TypedResults.Ok(new Progress(StageOf(batch), batch.Behind, batch.Total, BatchWording.Progress(batch)))
            : TypedResults.NotFound();
    }

    /// <summary>What makes a page of a batch another one.</summary>
    internal static string StageOf(BatchView batch) => $"{batch.Stage}{(batch.Paused ? "-paused" : "")}";

    private static async Task DownloadAsync(HttpContext context)
    {
        var session = context.RequestServices.GetRequiredService<PortalSession>();
        var id = context.Request.RouteValues["id"] as string;
        var grain = context.RequestServices.GetRequiredService<IGrainFactory>().GetGrain<IBatchGrain>(
            $"{session.Slug}/{(Ids.IsValid(id, "b") ? id : Ids.Derive("b", ""))}");
        if (await grain.Get() is not { } batch)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var asked = context.Request.Query["outcome"].ToString();
        RowOutcome? outcome = Enum.TryParse<RowOutcome>(asked, out var one) && Enum.IsDefined(one) ? one : null;
        context.Response.ContentType = Csv.MediaType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"{batch.Job.ToString().ToLowerInvariant()}-rows.csv\"";
        if (HeadRequest.Is(context)) return;
        // Before the first byte: what leaves in bulk is in the audit log.
        var problems = asked == "problems";
        await grain.NoteExport(outcome?.ToString() ?? (problems ? "problems" : ""));
        var columns = batch.Job switch { BatchJob.Import => batch.Header, BatchJob.Backfill => ["Kind", "Value"], _ => [] };
        await context.Response.WriteAsync(Csv.Start + Csv.Line(["Row", "Id", "Name", .. columns, "Outcome", "Reason"]));
        var query = new BatchRowQuery { Outcome = outcome, Problems = problems, Limit = BatchRowQuery.MaxRows };
        BatchRowPage page;
        do
        {
            page = await grain.Rows(query);
            var text = new StringBuilder();
            foreach (var row in page.Rows) text.Append(Csv.Line(Cells(row, batch, columns.Count)));
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
            if (page.Rows.Count > 0) query = query with { After = page.Rows[^1].Number };
        }
        while (page.More);
    }

    private static IEnumerable<string> Cells(BatchRowView row, BatchView batch, int columns) =>
    [
        row.Number.ToString(CultureInfo.InvariantCulture), row.Patient, row.Name,
        .. Enumerable.Range(0, columns).Select(i => i < row.Cells.Count ? row.Cells[i] : ""),
        BatchWording.Outcome(row.Outcome, batch.Job), BatchWording.Detail(row),
    ];

    private sealed record Progress(string Stage, int Behind, int Total, string Words);
}
