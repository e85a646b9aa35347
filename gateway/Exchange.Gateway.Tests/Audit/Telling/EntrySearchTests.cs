using Exchange.Gateway.Audit;
using Exchange.Gateway.Audit.Reading;
using Exchange.Gateway.Audit.Telling;
using Exchange.Gateway.Commands;
using Exchange.Gateway.Limits;
using Exchange.Hosting.Commands;
using Exchange.V1;
using Google.Protobuf;

namespace Exchange.Gateway.Tests.Audit.Telling;

public sealed class EntrySearchTests
{
    static readonly DateTimeOffset day = new(2026, 4, 1, 0, 0, 0, TimeSpan.FromHours(9));

    [Fact]
    public async Task The_newest_come_first_across_tiles_and_each_criterion_is_met_exactly()
    {
        await using var log = await KeptLog.Written(600, newer: 20);
        Assert.Equal(Enumerable.Range(0, 620).Reverse(), await Find(log, new EntryFilter()));
        Assert.Equal([333], await Find(log, new EntryFilter { RequestId = KeptLog.RequestId(333).ToByteArray() }));
        Assert.Equal([], await Find(log, new EntryFilter { RequestId = new byte[15] }));
        Assert.Equal(310, (await Find(log, new EntryFilter { Requester = "jp.mun.131016" })).Count);
        Assert.Equal([], await Find(log, new EntryFilter { Requester = "jp.mun.13101" }));
        Assert.Equal([], await Find(log, new EntryFilter { Requester = "jp.tax" }));
        Assert.Equal(620, (await Find(log, new EntryFilter { Provider = "jp.tax", Task = "benefit-eligibility", DataSet = "tax.income.v1" })).Count);
        Assert.Equal([], await Find(log, new EntryFilter { DataSet = "tax.income" }));
        Assert.Equal(124, (await Find(log, new EntryFilter { Outcome = AuditOutcome.Refused, Reason = Reason.NotPermitted })).Count);
        Assert.Equal([], await Find(log, new EntryFilter { Outcome = AuditOutcome.Failed }));
        Assert.Equal([102, 101, 100], await Find(log, new EntryFilter { From = 1_775_000_000_100, Until = 1_775_000_000_103 }));
    }

    [Fact]
    public async Task Every_kind_of_event_has_its_own_columns_and_its_names_not_numbers()
    {
        await using var log = new KeptLog();
        log.Begin();
        await log.Stop();
        await using (var audit = AuditLog.Open(new AuditOptions(log.Log, "hub-1"), TimeProvider.System))
            foreach (var entry in new[]
            {
                new AuditEntry { Session = new SessionEvent { Requester = "jp.pension", Provider = "jp.tax", Node = "n1", SessionId = ByteString.CopyFrom(1, 2), Outcome = AuditOutcome.Failed, Reason = Reason.NodeUnavailable } },
                new AuditEntry { Enrolment = new EnrolmentEvent { Agency = "jp.tax", Epoch = 2, BatchId = ByteString.CopyFrom(7), People = 500, Outcome = AuditOutcome.Answered } },
                new AuditEntry { Policy = new PolicyEvent { PolicyVersion = "abc", Rows = 12 } },
                new AuditEntry { Throttle = new ThrottleEvent { Requester = "jp.tax", DataSet = "tax.income.v1", Count = 40, SinceUnixMs = day.ToUnixTimeMilliseconds() } },
                new AuditEntry { Throttle = new ThrottleEvent { Requester = "jp.tax", DataSet = QuotaKey.Refusals, Count = 4 } },
                new AuditEntry { Lookup = new LookupEvent { RequestId = KeptLog.RequestId(1), DataSet = "tax.income.v1", Fields = { 1, 3, 99 }, Kind = LookupKind.Warm, Outcome = (AuditOutcome)77, Reason = (Reason)4242 } },
                new AuditEntry { Admission = new AdmissionEvent { Agency = "jp.tax", Epoch = 2, Point = ByteString.CopyFrom(9, 9), CommitmentsVersion = 5 } },
                new AuditEntry { Bundle = new BundleEvent { Agency = "jp.tax", Node = "n2", Suite = "X25519", KeyId = ByteString.CopyFrom(1), KeyDigest = ByteString.CopyFrom(2), NotAfterUnixMs = day.ToUnixTimeMilliseconds() } },
                new AuditEntry { Operator = new OperatorEvent { Action = OperatorAction.RevocationList, Digest = ByteString.CopyFrom(3) } },
                new AuditEntry { Operator = new OperatorEvent { Action = OperatorAction.Started, Software = "exchange-gateway/1.2.3" } },
                new AuditEntry { Notice = new NoticeEvent { NoticeId = KeptLog.RequestId(5), Sender = "jp.tax", Recipient = "jp.pension", DataSet = "tax.income.v1", Stage = NoticeStage.Acknowledged, Commitment = ByteString.CopyFrom(4) } },
            })
            {
                entry.TimeUnixMs = day.ToUnixTimeMilliseconds();
                await audit.Append(entry);
            }

        var rows = await Rows(log, new EntryFilter());
        Assert.Equal(["SESSION", "ENROLMENT", "POLICY", "THROTTLE", "THROTTLE", "LOOKUP", "ADMISSION", "BUNDLE", "OPERATOR", "OPERATOR", "NOTICE"], rows.Select(row => row["event"]));
        Assert.All(rows, row => Assert.Equal("2026-03-31T15:00:00.000Z", row["time"]));
        Assert.Equal(("jp.pension", "jp.tax", "n1", "0102", "FAILED", "NODE_UNAVAILABLE"), (rows[0]["requester"], rows[0]["provider"], rows[0]["node"], rows[0]["session_id"], rows[0]["outcome"], rows[0]["reason"]));
        Assert.Equal(("jp.tax", "2", "07", "500", "ANSWERED", ""), (rows[1]["requester"], rows[1]["epoch"], rows[1]["batch_id"], rows[1]["people"], rows[1]["outcome"], rows[1]["reason"]));
        Assert.Equal(("abc", "12", "", ""), (rows[2]["policy_version"], rows[2]["rows"], rows[2]["requester"], rows[2]["outcome"]));
        Assert.Equal(("tax.income.v1", "40", "2026-03-31T15:00:00.000Z", "REFUSED", "QUOTA_EXCEEDED"), (rows[3]["data_set"], rows[3]["count"], rows[3]["since"], rows[3]["outcome"], rows[3]["reason"]));
        Assert.Equal(("REFUSED", ""), (rows[4]["outcome"], rows[4]["reason"]));
        // Numbers that this version has no name for stay numbers.
        Assert.Equal(("WARM", "77", "4242"), (rows[5]["kind"], rows[5]["outcome"], rows[5]["reason"]));
        Assert.Equal(["year", "99"], new[] { rows[5]["fields"].Split(' ')[0], rows[5]["fields"].Split(' ')[2] });
        Assert.Equal(("jp.tax", "2", "0909", "5"), (rows[6]["requester"], rows[6]["epoch"], rows[6]["point"], rows[6]["commitments_version"]));
        Assert.Equal(("jp.tax", "n2", "X25519", "01", "02", "2026-03-31T15:00:00.000Z"), (rows[7]["provider"], rows[7]["node"], rows[7]["suite"], rows[7]["key_id"], rows[7]["key_digest"], rows[7]["not_after"]));
        Assert.Equal(("REVOCATION_LIST", "03", "STARTED", "exchange-gateway/1.2.3"), (rows[8]["action"], rows[8]["revocation_list"], rows[9]["action"], rows[9]["software"]));
        Assert.Equal(("jp.pension", "jp.tax", "tax.income.v1", "ACKNOWLEDGED", "04"), (rows[10]["requester"], rows[10]["provider"], rows[10]["data_set"], rows[10]["kind"], rows[10]["question_commitment"]));
        Assert.All(rows, row => Assert.Equal(64, row["leaf_hash"].Length));

        Assert.Equal([3], await Find(log, new EntryFilter { Reason = Reason.QuotaExceeded }));
        Assert.Equal([4, 3], await Find(log, new EntryFilter { Outcome = AuditOutcome.Refused }));
        Assert.Equal([6, 4, 3, 1], await Find(log, new EntryFilter { Requester = "jp.tax" }));
        Assert.Equal([10, 7, 0], await Find(log, new EntryFilter { Provider = "jp.tax" }));
        Assert.Equal([10, 0], await Find(log, new EntryFilter { Requester = "jp.pension" }));
        Assert.Equal([10], await Find(log, new EntryFilter { RequestId = KeptLog.RequestId(5).ToByteArray() }));
    }

    [Fact]
    public async Task A_missing_entry_ends_a_search_and_an_entry_that_is_none_does_not()
    {
        await using var log = await KeptLog.Written(300);
        log.Tamper(log.Log, "UPDATE entry SET content = x'ff' WHERE number = 200");
        Assert.Equal("UNKNOWN", (await Rows(log, new EntryFilter()))[200]["event"]);
        log.Tamper(log.Log, "DELETE FROM entry WHERE number = 100");
        Assert.Contains("entry 100", (await Assert.ThrowsAsync<TileMissingException>(() => Find(log, new EntryFilter()))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rows_are_written_as_a_table_as_JSON_lines_and_as_CSV()
    {
        string Written(RowFormat format)
        {
            using var output = new StringWriter { NewLine = "\n" };
            var rows = new RowWriter(output, format, ["entry", "request_id"]);
            rows.Write(["1", ""]);
            rows.Write(["22", "a,\"b\""]);
            rows.Finish();
            return output.ToString();
        }

        Assert.Equal("entry  request_id\n1\n22     a,\"b\"\n", Written(RowFormat.Table));
        Assert.Equal("{\"entry\":\"1\"}\n{\"entry\":\"22\",\"requestId\":\"a,\\\"b\\\"\"}\n", Written(RowFormat.Json));
        Assert.Equal("entry,request_id\n1,\n22,\"a,\"\"b\"\"\"\n", Written(RowFormat.Csv));
    }

    static async Task<List<int>> Find(KeptLog log, EntryFilter filter) =>
        [.. (await Rows(log, filter, newestFirst: true)).Select(row => int.Parse(row["entry"], System.Globalization.CultureInfo.InvariantCulture))];

    static async Task<List<EntryColumns>> Rows(KeptLog log, EntryFilter filter, bool newestFirst = false)
    {
        await using var files = log.Open();
        using var progress = new Progress(TextWriter.Null, false, TimeProvider.System);
        var found = new List<EntryColumns>();
        await foreach (var row in SearchCommand.Find(files, filter, newestFirst, progress, default))
            found.Add(row);
        return found;
    }
}
