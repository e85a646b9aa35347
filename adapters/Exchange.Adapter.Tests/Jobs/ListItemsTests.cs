using Agency.V1;
using Exchange.Adapter.Jobs;

namespace Exchange.Adapter.Tests.Jobs;

public sealed class ListItemsTests
{
    [Fact]
    public async Task The_first_message_is_an_item_if_it_has_a_person_and_no_item_if_it_has_none()
    {
        Assert.Equal([(1, "")], await Read(Item(1, "4711", purpose: true)));
        Assert.Equal([(2, "")], await Read(Item(0, "", purpose: true), Item(2, "4711")));
        Assert.Empty(await Read(Item(0, "", purpose: true)));
        Assert.Empty(await Read());
    }

    [Fact]
    public async Task A_person_who_comes_again_is_a_duplicate_the_second_time()
    {
        Assert.Equal(
            [(1, ""), (2, ""), (3, "DUPLICATE"), (4, "DUPLICATE")],
            await Read(Item(1, "4711", purpose: true), Item(2, "4712"), Item(3, "4711"), Item(4, "4712")));
    }

    [Fact]
    public async Task An_item_with_a_mistake_comes_in_its_place_with_the_mistake_and_without_what_stood_there()
    {
        var items = new ListItems<LinkingItem>(
            Incoming<LinkingItem>.Of(Item(0, "", purpose: true), Item(1, ""), Item(2, new string('9', 257)), Item(3, "47\u000011"), Item(4, "4711", purpose: true), Item(5, "4711")), Fields);
        await items.First(CancellationToken.None);
        var messages = new List<string>();
        while (await items.MoveNext(CancellationToken.None))
            messages.Add(items.Current.Wrong?.Message ?? "");
        Assert.Equal(
            [
                "Nobody was asked: 'person' is missing.", "Nobody was asked: 'person' has more than 256 characters.",
                "Nobody was asked: 'person' has control characters.", "Nobody was asked: 'purpose' belongs in the first message alone.", "",
            ],
            messages);
    }

    [Fact]
    public void Beyond_what_is_remembered_those_who_are_remembered_are_known_still()
    {
        var seen = new SeenPeople(most: 2);
        Assert.Equal([true, true, true, true, false, false], new[] { "a", "b", "c", "c", "a", "b" }.Select(seen.Add));
    }

    static async Task<List<(int Id, string Code)>> Read(params LinkingItem[] messages)
    {
        var items = new ListItems<LinkingItem>(Incoming<LinkingItem>.Of(messages), Fields);
        await items.First(CancellationToken.None);
        var read = new List<(int, string)>();
        while (await items.MoveNext(CancellationToken.None))
            read.Add(((int)items.Current.Id, items.Current.Wrong?.Code ?? ""));
        return read;
    }

    static (bool, ulong, string) Fields(LinkingItem item) => (item.Purpose is not null, item.Id, item.Person);

    static LinkingItem Item(ulong id, string person, bool purpose = false) => new() { Id = id, Person = person, Purpose = purpose ? new LinkingPurpose() : null };
}
