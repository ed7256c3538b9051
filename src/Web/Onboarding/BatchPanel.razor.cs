using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Portal.Grains.Abstractions.Onboarding;
using Portal.Web.Patients;

namespace Portal.Web.Onboarding;

/// <summary>One piece of bulk work, whatever it does.</summary>
public sealed partial class BatchPanel : AccessCard
{
    private const int Rows = 25;

    // What a row shows of a file that has many columns.
    private const int CellsShown = 6;

    /// <summary>The batch.</summary>
    [Parameter, EditorRequired] public BatchView Batch { get; set; } = new();

    /// <summary>The address of the page it is on.</summary>
    [Parameter, EditorRequired] public string Here { get; set; } = "";

    /// <summary>The words of the button that begins it.</summary>
    [Parameter, EditorRequired] public string Begin { get; set; } = "";

    /// <summary>What the rows that will be done are called.</summary>
    [Parameter] public string Todo { get; set; } = "To be done";

    [SupplyParameterFromQuery(Name = "outcome")] private string? Outcome { get; set; }

    [SupplyParameterFromQuery(Name = "after")] private int After { get; set; }

    private BatchRowPage Page { get; set; } = new();

    private RowOutcome? Only => Enum.TryParse<RowOutcome>(Outcome, out var one) && Enum.IsDefined(one) ? one : null;

    private string Address => $"/{Session.Slug}/staff/batches/{Batch.Id}";

    private int Waiting => Batch.Total - Batch.Counts.Sum(c => c.Rows);

    private IReadOnlyList<(string, string)> Filters =>
    [
        ("All", AddressOf(null, 0)),
        .. Batch.Counts.Select(c => c.Outcome).Prepend(RowOutcome.ToDo).Where(outcome => outcome != RowOutcome.ToDo || Waiting > 0)
            .Select(outcome => (BatchWording.Outcome(outcome, Batch.Job), AddressOf(outcome, 0))),
    ];

    private IBatchGrain Grain => Grains.GetGrain<IBatchGrain>($"{Session.Slug}/{Batch.Id}");

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync() =>
        Page = await Grain.Rows(new BatchRowQuery { Outcome = Only, After = Math.Max(0, After), Limit = Rows });

    private static string Number(int rows) => rows.ToString("N0", CultureInfo.InvariantCulture);

    private static string Title(BatchRowView row) => row.Name.Length > 0 && row.Cells.Count == 0
        ? row.Name
        : string.Join(" · ", row.Cells.Where(cell => cell.Length > 0).Take(CellsShown).Prepend(row.Cells.Count <= 2 ? row.Name : "")
            .Where(text => text.Length > 0).DefaultIfEmpty(row.Patient));

    private string AddressOf(RowOutcome? outcome, int after) =>
        $"{Here}?outcome={outcome?.ToString() ?? "all"}{(after > 0 ? $"&after={after.ToString(CultureInfo.InvariantCulture)}" : "")}";

    private async Task BeginAsync()
    {
        await Grain.Begin();
        Again();
    }

    private async Task PauseAsync()
    {
        await Grain.Pause();
        Again();
    }

    private async Task ResumeAsync()
    {
        await Grain.Resume();
        Again();
    }

    private void Again()
    {
        Http.Response.StatusCode = StatusCodes.Status303SeeOther;
        Http.Response.Headers.Location = Here;
    }
}
