using System.Globalization;
using System.Text;
using Exchange.Hammer.Connections;
using Exchange.Hammer.Contenders;
using Exchange.Sandbox.Files;

namespace Exchange.Hammer.Curves;

/// <summary>Agencies that take no part, and rows of the matrix about them.</summary>
static class MatrixFiller
{
    /// <summary>That the rows are about.</summary>
    const int Agencies = 100;

    const string Comment = "# For load tests.";

    public static Task AddAgencies(ExchangeFolder folder, int count, IProgress<string> progress, CancellationToken stop)
    {
        IdleAgencies.Write(folder, count);
        Append(folder, IdleAgencies.Ids(count).Select(id => Row(id, TaxQuestion.Task, ExchangePlan.Tax, TaxQuestion.Income.DataSet.Id, "year")));
        return Task.CompletedTask;
    }

    public static Task AddRows(ExchangeFolder folder, int count, IProgress<string> progress, CancellationToken stop)
    {
        IdleAgencies.Write(folder, Agencies);
        var ids = IdleAgencies.Ids(Agencies);
        Append(folder, Enumerable.Range(0, count).Select(row => Between(ids, row)));
        return Task.CompletedTask;
    }

    /// <summary>Each of them asks each other, for one task after another: no two rows are for the same.</summary>
    static string Between(IReadOnlyList<string> ids, int row)
    {
        var (rest, requester) = Math.DivRem(row, Agencies);
        var (task, distance) = Math.DivRem(rest, Agencies - 1);
        return Row(ids[requester], string.Create(CultureInfo.InvariantCulture, $"load-{task}"), ids[(requester + distance + 1) % Agencies], "municipality.household.v1", "members");
    }

    static string Row(string requester, string task, string provider, string dataSet, string field) =>
        $"  - {{ requester: {requester}, task: {task}, provider: {provider}, data_set: {dataSet}, fields: [{field}], condition: none, legal_basis: 'none, people who do not exist', valid_from: 2025-01-01 }}\n";

    /// <summary>The matrix is kept between starts.</summary>
    static void Append(ExchangeFolder folder, IEnumerable<string> rows)
    {
        if (!File.ReadAllText(folder.Matrix).Contains(Comment, StringComparison.Ordinal))
            File.AppendAllText(folder.Matrix, rows.Aggregate(new StringBuilder($"  {Comment}\n"), (text, row) => text.Append(row)).ToString());
    }
}
