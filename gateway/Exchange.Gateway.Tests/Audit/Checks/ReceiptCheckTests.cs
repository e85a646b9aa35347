using Exchange.Gateway.Audit.Checks;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Hosting.Commands;
using Exchange.Protocol.Transparency;

namespace Exchange.Gateway.Tests.Audit.Checks;

public sealed class ReceiptCheckTests
{
    [Fact]
    public async Task Every_receipt_that_the_log_gave_out_is_borne_out()
    {
        await using var log = await KeptLog.Written(700);
        var receipts = log.Receipts.Where((_, i) => i % 7 == 0 || i is 255 or 256 or 699).Select(KeptLog.Given).ToList();
        var findings = await log.Verify(receipts: receipts);
        Bad.Nothing(findings);
        Assert.Equal(1 + receipts.Count, findings.All.Count(check => check.Result == CheckResult.Good));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_receipt_of_another_log_is_named(bool isFirst)
    {
        await using var log = await KeptLog.Written(300);
        var receipt = KeptLog.Given(log.Receipts[isFirst ? 0 : 299]) with { Log = "hub-2" };
        Assert.Contains("'hub-2'", (await Only(LogFault.ReceiptLog, receipt, log)).Says, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8ul)]
    [InlineData(299ul)]
    [InlineData(300ul)]
    [InlineData(ulong.MaxValue)]
    public async Task A_receipt_with_another_number_is_named(ulong index)
    {
        await using var log = await KeptLog.Written(300);
        await Only(LogFault.ReceiptIndex, KeptLog.Given(log.Receipts[7]) with { Index = index }, log);
    }

    [Fact]
    public async Task A_receipt_with_another_leaf_hash_is_named()
    {
        await using var log = await KeptLog.Written(300);
        await Only(LogFault.ReceiptLeafHash, KeptLog.Given(log.Receipts[7]) with { LeafHash = new byte[32] }, log);
    }

    [Fact]
    public async Task A_receipt_with_another_request_id_is_named()
    {
        await using var log = await KeptLog.Written(300);
        await Only(LogFault.ReceiptRequestId, KeptLog.Given(log.Receipts[7]) with { RequestId = new byte[16] }, log);
    }

    [Fact]
    public async Task A_receipt_younger_than_the_checkpoint_is_not_yet_in_it()
    {
        await using var log = await KeptLog.Written(300, newer: 1);
        Assert.Contains("younger", (await Only(LogFault.ReceiptIndex, KeptLog.Given(log.Receipts[300]), log)).Says, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_entries_are_not_shown_number_and_leaf_hash_are_checked_and_the_rest_is_said_not_to_be()
    {
        await using var log = await KeptLog.Written(300);
        var copy = Path.Combine(log.Folder, "copy");
        using (var progress = new Progress(TextWriter.Null, false, TimeProvider.System))
        await using (var files = log.Open())
            await TileExport.Write(files, copy, withEntries: false, progress, default);
        var receipt = KeptLog.Given(log.Receipts[7]);

        var findings = await log.Verify(receipts: [receipt], from: new TileFolder(copy));
        Bad.Nothing(findings);
        Assert.Contains(findings.All, check => check.Result == CheckResult.NotChecked && check.Says.Contains("request id", StringComparison.Ordinal));
        Assert.Equal([LogFault.ReceiptLeafHash], Bad.Faults(await log.Verify(receipts: [receipt with { Index = 8 }], from: new TileFolder(copy))));
    }

    [Fact]
    public async Task A_tree_that_does_not_lead_to_the_root_bears_nothing_out()
    {
        await using var log = await KeptLog.Written(700);
        log.Rewrite(300);
        Assert.Equal([LogFault.NotIncluded], Bad.Faults(await log.Verify(receipts: [KeptLog.Given(log.Receipts[300])])));
        log.Flip(log.Log, "content", "entry", "number = 17");
        Assert.Equal([LogFault.EntryChanged], Bad.Faults(await log.Verify(receipts: [KeptLog.Given(log.Receipts[17])])));
    }

    [Theory]
    [InlineData("hub-1:7:00:00")]
    [InlineData("hub-1:-7:0000000000000000000000000000000000000000000000000000000000000000:00000000000000000000000000000000")]
    [InlineData("hub-1")]
    [InlineData("")]
    public void What_is_no_receipt_is_refused(string text) => Assert.Throws<FormatException>(() => GivenReceipt.Read(text));

    [Fact]
    public async Task A_receipt_is_read_from_one_line_and_from_whatever_the_local_api_answered()
    {
        await using var log = await KeptLog.Written(3);
        var receipts = log.Receipts.Select(KeptLog.Given).ToList();
        Assert.Equal($"{receipts[2]}", $"{Assert.Single(GivenReceipt.Read($"{receipts[2]}"))}");

        var file = Path.Combine(log.Folder, "answer.json");
        await File.WriteAllTextAsync(file, $$"""
            { "record": { "@type": "records.tax.v1.IncomeStatement" }, "receipt": {{Json(receipts[1])}},
              "receipts": [ {{Json(receipts[2]).Replace("leafHash", "leaf_hash", StringComparison.Ordinal).Replace("requestId", "request_id", StringComparison.Ordinal)}}, { "requestId": "00000000000000000000000000000000" } ], "first": { "receipt": {{Json(receipts[0]).Replace("\"index\": \"0\", ", "", StringComparison.Ordinal)}} } }
            """, TestContext.Current.CancellationToken);
        Assert.Equal(new[] { receipts[1], receipts[2], receipts[0] }.Select(one => $"{one}"), GivenReceipt.Read(file).Select(one => $"{one}"));

        await File.WriteAllTextAsync(file, """{ "receipt": { "requestId": "00000000000000000000000000000000" } }""", TestContext.Current.CancellationToken);
        Assert.Contains("refused", Assert.Throws<FormatException>(() => GivenReceipt.Read(file)).Message, StringComparison.Ordinal);
        await File.WriteAllTextAsync(file, "not json", TestContext.Current.CancellationToken);
        Assert.Throws<FormatException>(() => GivenReceipt.Read(file));
    }

    static string Json(GivenReceipt receipt) =>
        $$"""{ "log": "{{receipt.Log}}", "index": "{{receipt.Index}}", "leafHash": "{{Convert.ToHexStringLower(receipt.LeafHash)}}", "requestId": "{{Convert.ToHexStringLower(receipt.RequestId)}}" }""";

    static async Task<Check> Only(LogFault fault, GivenReceipt receipt, KeptLog log) => Bad.Only(fault, $"{receipt}", await log.Verify(receipts: [receipt]));
}
