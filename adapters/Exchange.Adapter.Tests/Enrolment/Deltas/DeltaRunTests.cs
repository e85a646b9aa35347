using System.Text;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Sources;
using Exchange.Adapter.Sources.Csv;
using Exchange.Adapter.Sources.People;
using Exchange.Protocol.Refusals;
using Exchange.V1;
using static Exchange.Adapter.Tests.Enrolment.Deltas.DeltaFolder;

namespace Exchange.Adapter.Tests.Enrolment.Deltas;

public sealed class DeltaRunTests
{
    [Fact]
    public async Task Each_kind_of_change_does_what_its_name_says()
    {
        await using var folder = await Start();
        Assert.Equal(new EnrolmentCounts(4, 0, 0, 0), (await folder.Do($"born,a,{First}", $"moved_in,b,{Second}", $"moved_in,c,{Third}", $"born,d,{Fourth}")).Counts.Enrolled);
        Assert.Equal("a:1* b:2* c:3* d:4*", folder.Everybody());

        var result = await folder.Do("moved_out,a,", "died,b,", "removed,d,");
        Assert.Equal(new DeltaCounts(default, 1, 1, 1), result.Counts);
        Assert.Equal("a:1* b:2* c:3*", folder.Everybody());

        result = await folder.Do($"number_changed,a,{Fourth}");
        Assert.Equal(new EnrolmentCounts(0, 0, 1, 0), result.Counts.Enrolled);
        Assert.Equal("a:14* b:2* c:3*", folder.Everybody());

        await folder.Do("removed,c,");
        result = await folder.Do($"number_corrected,b,{Third}");
        Assert.Equal(new EnrolmentCounts(0, 1, 0, 0), result.Counts.Enrolled);
        Assert.Equal("a:14* b:3*", folder.Everybody());
    }

    [Fact]
    public async Task The_lines_of_one_person_are_done_in_their_order_and_those_of_many_in_one_batch()
    {
        await using var folder = await Start();
        var result = await folder.Do($"moved_in,a,{First}", $"moved_in,b,{Second}", $"number_changed,a,{Third}", "removed,b,", $"moved_in,b,{Fourth}");
        Assert.Empty(result.Bad);
        Assert.Equal("a:13* b:4*", folder.Everybody());
        Assert.Equal([2, 2], folder.Hub.Batches.Select(batch => batch.Points.Length / 32));
    }

    [Fact]
    public async Task Every_bad_line_is_told_with_line_column_and_reason_and_the_others_are_done()
    {
        await using var folder = await Start();
        var result = await folder.Do(
            $"bron,a,{First}", $"born,,{First}", "born,b,", "born,c,983205673215", $"born,d,{First},x", "number_changed,e,123456789018", $"number_corrected,f,{Second}", "removed,g,",
            $"born,{new string('k', 257)},{First}", ",,", $"born,h,{First}");
        Assert.Equal(
            [
                (2, "change", Reason.LineInvalid), (3, "key", Reason.KeyInvalid), (4, "number", Reason.NumberInvalid), (5, "number", Reason.NumberInvalid), (6, "", Reason.LineInvalid),
                (7, "key", Reason.PersonUnknown), (8, "key", Reason.PersonUnknown), (9, "key", Reason.PersonUnknown), (10, "key", Reason.KeyInvalid),
            ], result.Bad.Select(line => (line.Line, line.Column, line.Reason)));
        Assert.Equal("h:1*", folder.Everybody());
        var said = string.Join('\n', result.Bad) + result;
        foreach (var secret in new[] { First, Second, "983205673215", "bron", "kkk" })
            Assert.DoesNotContain(secret, said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Done_again_from_its_beginning_it_ends_where_it_ended_wherever_the_first_time_stopped()
    {
        string[] lines =
        [
            $"moved_in,a,{First}", $"number_changed,a,{Second}", "removed,b,", $"number_corrected,a,{Third}", $"born,b,{First}", $"number_changed,b,{Fourth}",
            "moved_out,a,", "removed,b,", $"moved_in,b,{Second}", $"number_changed,b,{Fourth}",
        ];
        for (var stop = 0; stop <= lines.Length; stop++)
        {
            await using var folder = await Start();
            await folder.Do($"born,b,{Fourth}");
            await folder.Do(lines[..stop]);
            folder.Restart();
            await folder.Do(lines);
            Assert.Equal("a:13* b:24*", folder.Everybody());
            Assert.Empty(folder.People.Quarantined());
        }
    }

    [Fact]
    public async Task A_refusal_stops_it_and_the_next_time_does_the_rest()
    {
        await using var folder = await Start();
        folder.Hub.Answer = (number, answer) => number == 2 ? new EnrolledBatch { BatchId = answer.BatchId, Refusal = Reasons.Refuse(Reason.AuthorityUnavailable) } : answer;
        string[] lines = [$"born,a,{First}", $"number_changed,a,{Second}", $"born,b,{Third}"];
        var result = await folder.Do(lines);
        Assert.Equal((Reason.AuthorityUnavailable, 1), (result.Refusal?.Reason, result.Counts.Enrolled.New));
        Assert.Equal("a:1*", folder.Everybody());
        Assert.Null((await folder.Do(lines)).Refusal);
        Assert.Equal("a:12* b:3*", folder.Everybody());
    }

    [Fact]
    public async Task Two_persons_with_one_number_are_quarantined_and_removing_one_frees_the_other()
    {
        await using var folder = await Start();
        Assert.Single((await folder.Do($"born,a,{First}", $"moved_in,b,{First}")).Quarantined);
        Assert.Empty((await folder.Do("removed,b,")).Quarantined);
        Assert.True(folder.People.TryFind("a", out var person) && !person.Quarantined);
    }

    [Fact]
    public async Task Columns_words_encoding_and_delimiter_are_those_of_the_format()
    {
        await using var folder = await Start();
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        File.WriteAllBytes(folder["異動.csv"], Encoding.GetEncoding(932).GetBytes($"宛名番号;異動事由;個人番号\n甲-1;出生;{First}\n甲-2;born;{Second}\n"));
        var format = new DeltaFormat("異動事由", "宛名番号", "個人番号", new CsvFormat(CsvFormat.ShiftJis, ';'), new Dictionary<string, Change> { ["出生"] = Change.Born });
        var result = await folder.Run(format).Run(folder["異動.csv"]);
        Assert.Equal((3, "異動事由"), (Assert.Single(result.Bad).Line, result.Bad[0].Column));
        Assert.Equal("甲-1:1*", folder.Everybody());
    }

    [Fact]
    public async Task A_file_without_a_column_is_refused_as_a_whole()
    {
        await using var folder = await Start();
        File.WriteAllText(folder["now.csv"], "change,key\nborn,a\n");
        var e = await Assert.ThrowsAsync<SourceException>(() => folder.Run().Run(folder["now.csv"]));
        Assert.Contains("column 'number' is missing", e.Message, StringComparison.Ordinal);
    }
}
