using System.Globalization;
using System.Text;
using CsCheck;
using Exchange.Gateway.Policy;
using Exchange.V1;
using static Exchange.Gateway.Tests.Policy.Sample;

namespace Exchange.Gateway.Tests.Policy;

public sealed class PolicyMatrixScaleTests
{
    static readonly string[] requesters = [Chiyoda, Chuo, Tax, "municipality", "tax"];
    static readonly DateOnly firstDay = new(2026, 1, 1);

    static readonly Gen<PolicyRow> someRow =
        from requester in Gen.OneOf(requesters)
        from toTax in Gen.Bool
        from byId in Gen.Bool
        from task in Gen.OneOf("task-a", "task-b")
        from field in Gen.UInt[1, 5]
        from condition in Gen.Frequency((5, Condition.None), (1, Condition.Consent))
        from start in Gen.Int[0, 12]
        from length in Gen.Int[0, 8]
        from endless in Gen.Frequency((5, false), (1, true))
        select new PolicyRow(
            0, 0, requester, task, toTax ? byId ? Tax : "tax" : byId ? Chiyoda : "municipality", toTax ? Income : ResidentTax,
            [field], condition, "law", firstDay.AddDays(start), endless ? null : firstDay.AddDays(start + length));

    [Fact]
    public void A_decision_is_what_reading_all_rows_would_give() => someRow.Array[0, 40].Sample(drawn =>
    {
        List<PolicyRow> rows = [];
        foreach (var row in drawn)
            if (!rows.Any(other => SameKey(row, other) && row.ValidFrom <= other.LastDay && other.ValidFrom <= row.LastDay))
                rows.Add(row);
        var matrix = new PolicyMatrix("v", Agencies(), rows);

        foreach (var requester in new[] { Chiyoda, Chuo, Tax })
            foreach (var provider in new[] { Chiyoda, Chuo, Tax })
                for (var day = firstDay.AddDays(-1); day < firstDay.AddDays(22); day = day.AddDays(1))
                {
                    foreach (var task in matrix.Tasks)
                        foreach (var dataSet in new[] { Income, ResidentTax })
                        {
                            var expected = Scan(rows, requester, provider, task, dataSet, day);
                            var decision = matrix.Decide(requester, provider, task, dataSet, day);
                            Assert.Same(expected, decision.Row);
                            Assert.Equal((expected is not null, expected is { Condition: Condition.Consent }), (decision.IsGranted, decision.NeedsConsent));
                        }
                    Assert.Equal(
                        rows.Any(row => Names(row.Requester, requester) && Names(row.Provider, provider) && row.IsInForce(day)),
                        matrix.MayOpenSession(requester, provider, day));
                }
    }, iter: 150);

    [Fact]
    public void A_hundred_thousand_rows_for_two_thousand_agencies_load_and_each_decides()
    {
        const int towns = 1999, tasks = 50;
        string Town(int i) => string.Create(CultureInfo.InvariantCulture, $"jp.town-{i}");
        var directory = new StringBuilder("agencies:\n  - { id: jp.tax, kind: tax, name: Tax, status: active, epochs: [1] }\n");
        for (var i = 0; i < towns; i++)
            directory.Append(CultureInfo.InvariantCulture, $"  - {{ id: {Town(i)}, kind: municipality, name: Town, status: active, epochs: [1] }}\n");
        directory.Append(DirectoryText[DirectoryText.IndexOf("data_sets:", StringComparison.Ordinal)..]);
        var rows = new StringBuilder("rows:\n");
        string[] fields = ["year", "assessment_state", "total_income", "taxable_income"];
        for (var i = 0; i < towns; i++)
            for (var task = 0; task < tasks; task++)
                rows.Append(Row(Town(i), Tax, task: $"task-{task}", fields: fields[(i + task) % 4]));
        for (var task = 0; task < tasks; task++)
            rows.Append(Row("municipality", "tax", task: $"task-{task + 25}", fields: "dependants"));

        var matrix = Matrix(rows.ToString(), Agencies(directory.ToString()));

        Assert.Equal(100_000, matrix.Rows.Length);
        for (var i = 0; i < towns; i++)
        {
            for (var task = 0; task < tasks; task++)
            {
                var decision = matrix.Decide(Town(i), Tax, $"task-{task}", Income, Today);
                Assert.Equal((uint)((i + task) % 4) + 1, Assert.Single(decision.Fields));
                Assert.Equal(2 + i * tasks + task, decision.Row!.Line);
            }
            Assert.Equal(11u, Assert.Single(matrix.Decide(Town(i), Tax, "task-60", Income, Today).Fields));
            Assert.Equal(Reason.NotPermitted, matrix.Decide(Town(i), Town(0), "task-1", Income, Today).Reason);
        }
        Assert.Equal(100, matrix.RowsFor(Town(7), Today).Count);
    }

    static bool SameKey(PolicyRow a, PolicyRow b) =>
        (a.Requester, a.Provider, a.Task, a.DataSet) == (b.Requester, b.Provider, b.Task, b.DataSet);

    static bool Names(string party, string agency) => party == agency || party == (agency == Tax ? "tax" : "municipality");

    static PolicyRow? Scan(List<PolicyRow> rows, string requester, string provider, string task, string dataSet, DateOnly day) => rows
        .Where(row => row.Task == task && row.DataSet == dataSet && Names(row.Requester, requester) && Names(row.Provider, provider) && row.IsInForce(day))
        .MinBy(row => (row.Requester == requester ? 0 : 2) + (row.Provider == provider ? 0 : 1));
}
