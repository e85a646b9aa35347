using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Sources.People;
using Exchange.V1;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class EnrolmentListsTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("lists-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Lines_passed_over_are_listed_with_a_stable_reason_and_words()
    {
        var path = EnrolmentLists.WriteBad(folder,
        [
            new BadLine(2, "個人番号", Reason.NumberInvalid, "has a wrong check digit"),
            new BadLine(3, "key, \"local\"", Reason.KeyRepeated, "the same key as line 1"),
            new BadLine(4, "", Reason.LineInvalid, "1 cells where the header has 2"),
        ]);
        Assert.Equal(
            ["line,column,reason,what", "2,個人番号,NUMBER_INVALID,has a wrong check digit", "3,\"key, \"\"local\"\"\",KEY_REPEATED,the same key as line 1", "4,,LINE_INVALID,1 cells where the header has 2"],
            File.ReadAllLines(path!));
        Assert.Equal(Path.Combine(folder, "enrolment-bad.csv"), path);
    }

    [Fact]
    public void Persons_who_share_a_number_are_listed_group_by_group()
    {
        var path = EnrolmentLists.WriteQuarantined(folder, [["a", "b,c"], ["d", "e", "f"]]);
        Assert.Equal(["group,person", "1,a", "1,\"b,c\"", "2,d", "2,e", "2,f"], File.ReadAllLines(path!));
        Assert.Equal(Path.Combine(folder, "enrolment-quarantined.csv"), path);
    }

    [Fact]
    public void A_list_is_its_owners_alone_and_goes_when_there_is_nothing_left_to_mend()
    {
        var path = Path.Combine(folder, "enrolment-bad.csv");
        File.WriteAllText(path, "an older list");
        EnrolmentLists.WriteBad(folder, [new BadLine(2, "key", Reason.KeyInvalid, "blank")]);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Null(EnrolmentLists.WriteBad(folder, []));
        Assert.Null(EnrolmentLists.WriteQuarantined(folder, []));
        Assert.Empty(Directory.GetFiles(folder));
    }
}
