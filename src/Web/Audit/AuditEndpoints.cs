using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Portal.Grains.Abstractions.Audit;
using Portal.Grains.Abstractions.Shared;
using Portal.Web.Sessions;
using Portal.Web.Shared;

namespace Portal.Web.Audit;

/// <summary>The audit log as a file, with the filters of the page: <c>/{org}/staff/audit/log.csv</c>.</summary>
public static class AuditEndpoints
{
    private static readonly string[] Header =
    [
        "Place", "At (UTC)", "Action", "Outcome", "Reason", "Kind of actor", "Actor", "On behalf of", "Patient", "Address", "Session",
        "Details",
    ];

    /// <summary>Adds the address.</summary>
    public static void MapAudit(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/{org}/staff/audit/log.csv", (RequestDelegate)DownloadAsync)
            .WithMetadata(new StaffPageAttribute(Callers.Admin | Callers.AdminAssistant));

    private static async Task DownloadAsync(HttpContext context)
    {
        var session = context.RequestServices.GetRequiredService<PortalSession>();
        var grains = context.RequestServices.GetRequiredService<IGrainFactory>();
        var reader = grains.GetGrain<IAuditReaderGrain>(GrainKeys.ForAudit(session.Slug));
        var query = AuditFilter.Of(context.Request.Query).Query(session.Organisation.TimeZone) with { PageSize = AuditQuery.MaxPageSize };
        context.Response.ContentType = Csv.MediaType;
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"audit-{session.Slug}.csv\"";
        if (HeadRequest.Is(context)) return;
        await reader.BeginExport(query);
        await context.Response.WriteAsync(Csv.Start + Csv.Line(Header));
        for (long? next = null; ;)
        {
            var page = await reader.Page(query with { Before = next });
            var text = new StringBuilder();
            foreach (var row in page.Rows) text.Append(Csv.Line(Cells(row)));
            await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
            if (page.Next is null) return;
            next = page.Next;
        }
    }

    private static IEnumerable<string> Cells(AuditEntry row) =>
    [
        row.Sequence.ToString(CultureInfo.InvariantCulture), row.At.UtcDateTime.ToString("O", CultureInfo.InvariantCulture), row.Action,
        row.Outcome.ToString(), row.Reason, row.ActorKind, row.Actor, row.OnBehalfOf, row.Patient, row.Address, row.SessionHash,
        row.Details.Count == 0 ? "" : JsonSerializer.Serialize(row.Details),
    ];
}
