using System.Security.Cryptography;
using CsCheck;
using Exchange.Adapter.Enrolment;
using Exchange.Hosting.Storage;

namespace Exchange.Adapter.Tests.Enrolment;

public sealed class PeopleTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("people-").FullName;
    People people;

    public PeopleTests() => people = Open();

    public void Dispose()
    {
        people.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void An_enrolled_person_is_found_by_key_pseudonym_and_row_also_after_a_restart()
    {
        Assert.Equal(new EnrolmentCounts(2, 0, 0, 0), Save(("a", 1), ("b", 2)));
        var before = Find("a");
        Restart();
        Assert.Equal(2, people.Count);
        var person = Find("a");
        Assert.Equal((before.Row, 1ul, false), (person.Row, person.Generation, person.Quarantined));
        Assert.Equal(Stored(1), person.Stored.ToArray());
        Assert.Equal("a", ByStored(1)!.Key);
        Assert.True(people.TryFindByRow(person.Row, out var byRow));
        Assert.Same(person, byRow);
        Assert.False(people.TryFind("c", out _));
        Assert.Null(ByStored(3));
        Assert.False(people.TryFindByStored(new byte[31], out _));
        Assert.False(people.TryFindByRow(person.Row + 1, out _));
    }

    [Fact]
    public void Enrolling_the_same_again_changes_nothing()
    {
        Save(("a", 1), ("b", 2));
        var before = Find("a");
        Assert.Equal(new EnrolmentCounts(0, 0, 0, 2), Save(("a", 1), ("b", 2)));
        Assert.Equal((before.Row, before.Generation), (Find("a").Row, Find("a").Generation));
    }

    [Fact]
    public void A_corrected_number_keeps_the_row_raises_the_generation_and_the_wrong_one_leads_nowhere()
    {
        Save(("a", 1));
        var row = Find("a").Row;
        Assert.Equal(new EnrolmentCounts(0, 1, 0, 0), Save(("a", 2)));
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal((row, 2ul, false), (Find("a").Row, Find("a").Generation, Find("a").Quarantined));
            Assert.Equal(Stored(2), Find("a").Stored.ToArray());
            Assert.Equal(row, ByStored(2)!.Row);
            Assert.Null(ByStored(1));
            Restart();
        }
    }

    [Fact]
    public void The_owner_of_a_number_that_was_mistyped_for_another_is_enrolled_without_quarantine()
    {
        Save(("a", 1));
        Save(("a", 2));
        Assert.Equal(new EnrolmentCounts(1, 0, 0, 0), Save(("b", 1)));
        Assert.Empty(people.Quarantined());
        Assert.Equal(("b", 1ul, false), (ByStored(1)!.Key, ByStored(1)!.Generation, ByStored(1)!.Quarantined));
        Assert.Equal("a", ByStored(2)!.Key);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("b", "a")]
    public void In_one_batch_with_the_correction_the_owner_comes_in_any_order(string first, string second)
    {
        Save(("a", 1));
        Save((first, first == "a" ? 2 : 1), (second, second == "a" ? 2 : 1));
        Assert.Empty(people.Quarantined());
        Assert.Equal((1ul, 2ul), (Find("b").Generation, Find("a").Generation));
        Assert.Equal(("b", "a"), (ByStored(1)!.Key, ByStored(2)!.Key));
    }

    [Fact]
    public void Two_whose_numbers_were_mixed_up_are_both_corrected_also_when_it_stops_between_them()
    {
        Save(("a", 1), ("b", 2));
        Save(("a", 2));
        Restart();
        Assert.True(Find("a").Quarantined && Find("b").Quarantined);
        Assert.Null(ByStored(1));
        Assert.Equal(new EnrolmentCounts(0, 1, 0, 1), Save(("a", 2), ("b", 1)));
        Assert.Empty(people.Quarantined());
        Assert.Equal(("b", "a"), (ByStored(1)!.Key, ByStored(2)!.Key));
    }

    [Fact]
    public void A_correction_of_the_number_in_force_leaves_what_was_officially_changed_before()
    {
        Save(("a", 1));
        SaveChanged(("a", 2));
        Save(("a", 3));
        Assert.Equal(["a", null, "a"], new[] { 1, 2, 3 }.Select(number => ByStored(number)?.Key));
        Assert.Equal(3ul, Find("a").Generation);
    }

    [Fact]
    public void A_correction_taken_for_a_change_or_the_reverse_is_mended_by_way_of_the_number_before()
    {
        Save(("a", 1), ("b", 4));
        SaveChanged(("a", 2));
        Save(("b", 5));
        Save(("a", 1), ("b", 4));
        Save(("a", 2));
        SaveChanged(("b", 5));
        Assert.Equal([null, "a", "b", "b"], new[] { 1, 2, 4, 5 }.Select(number => ByStored(number)?.Key));
    }

    [Fact]
    public void A_changed_number_keeps_the_row_raises_the_generation_and_is_found_by_both()
    {
        Save(("a", 1));
        var row = Find("a").Row;
        Assert.Equal(new EnrolmentCounts(0, 0, 1, 0), SaveChanged(("a", 2)));
        Assert.Equal(new EnrolmentCounts(0, 0, 0, 1), SaveChanged(("a", 2)));
        Assert.Equal(new EnrolmentCounts(0, 0, 0, 1), Save(("a", 2)));
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal((row, 2ul, false), (Find("a").Row, Find("a").Generation, Find("a").Quarantined));
            Assert.Equal(Stored(2), Find("a").Stored.ToArray());
            Assert.Equal(row, ByStored(1)!.Row);
            Assert.Equal(row, ByStored(2)!.Row);
            Assert.Equal(2ul, ByStored(1)!.Generation);
            Restart();
        }
    }

    [Fact]
    public void Two_persons_with_one_pseudonym_are_both_quarantined_and_listed()
    {
        Save(("a", 1), ("b", 2));
        Save(("c", 1), ("d", 3), ("e", 3));
        foreach (var _ in new[] { 1, 2 })
        {
            Assert.Equal([false, true, true, true, true], new[] { "b", "a", "c", "d", "e" }.Select(key => Find(key).Quarantined));
            Assert.Equal(2ul, Find("a").Generation);
            Assert.True(ByStored(1)!.Quarantined);
            Assert.Equal(["a,c", "d,e"], people.Quarantined().Select(group => string.Join(',', group)).Order());
            Restart();
        }
    }

    [Fact]
    public void Correcting_one_of_the_two_frees_both_and_the_wrong_number_leads_to_the_other_alone()
    {
        Save(("a", 1), ("b", 1));
        Assert.Equal(new EnrolmentCounts(0, 1, 0, 1), Save(("a", 1), ("b", 2)));
        Assert.Empty(people.Quarantined());
        Assert.False(Find("a").Quarantined || Find("b").Quarantined);
        Assert.Equal("a", ByStored(1)!.Key);
        Assert.Equal("b", ByStored(2)!.Key);
        Assert.True(Find("a").Generation > 1 && Find("b").Generation > 2);
    }

    [Fact]
    public void A_change_of_a_number_that_another_has_too_frees_neither_until_the_other_is_corrected()
    {
        Save(("a", 1), ("b", 1));
        SaveChanged(("a", 2));
        Assert.Equal(["a,b"], people.Quarantined().Select(group => string.Join(',', group)));
        Save(("b", 3));
        Assert.Empty(people.Quarantined());
        Assert.Equal(["a", "a", "b"], new[] { 1, 2, 3 }.Select(number => ByStored(number)?.Key));
    }

    [Fact]
    public void An_earlier_number_that_was_anothers_can_be_forgotten()
    {
        Save(("a", 1));
        SaveChanged(("a", 2));
        Save(("b", 1));
        Assert.Equal(["a,b"], people.Quarantined().Select(group => string.Join(',', group)));
        Assert.True(people.ForgetEarlierNumbers("a"));
        Assert.Empty(people.Quarantined());
        Assert.Equal("b", ByStored(1)!.Key);
        Assert.Equal("a", ByStored(2)!.Key);
        Assert.False(people.ForgetEarlierNumbers("a"));
        Assert.False(people.ForgetEarlierNumbers("nobody"));
    }

    [Fact]
    public void A_removed_person_is_found_no_more_frees_the_other_and_returns_under_a_new_row()
    {
        Save(("a", 1), ("b", 1));
        var row = Find("a").Row;
        Assert.True(people.Remove("a"));
        Assert.False(people.Remove("a"));
        Assert.False(people.TryFind("a", out _));
        Assert.False(people.TryFindByRow(row, out _));
        Assert.Equal("b", ByStored(1)!.Key);
        Assert.False(ByStored(1)!.Quarantined);
        Assert.True(people.Remove("b"));
        Assert.Null(ByStored(1));
        Save(("a", 1));
        Assert.NotEqual(row, Find("a").Row);
        Assert.False(Find("a").Quarantined);
    }

    [Fact]
    public void A_rematch_raises_the_generation_alone()
    {
        Save(("a", 1));
        var row = Find("a").Row;
        Assert.True(people.Rematch("a"));
        Assert.Equal((row, 2ul), (ByStored(1)!.Row, ByStored(1)!.Generation));
        Assert.False(people.Rematch("nobody"));
    }

    [Fact]
    public void Whatever_happens_memory_and_disk_agree_and_quarantine_is_exactly_a_shared_pseudonym() =>
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 5], Gen.Int[0, 5]).Array[1, 25].Sample(steps =>
        {
            foreach (var key in Enumerable.Range(0, 6))
                people.Remove($"{key}");
            // The plain telling of the rules: each person's numbers, the one in force last.
            var numbers = Enumerable.Range(0, 6).ToDictionary(key => $"{key}", _ => new List<int>());
            foreach (var (kind, key, number) in steps)
            {
                switch (kind)
                {
                    case 0:
                        people.Remove($"{key}");
                        numbers[$"{key}"].Clear();
                        break;
                    case 1:
                        people.ForgetEarlierNumbers($"{key}");
                        if (numbers[$"{key}"] is { Count: > 1 } known)
                            known.RemoveRange(0, known.Count - 1);
                        break;
                    case 2:
                        SaveChanged(($"{key}", number));
                        Put(numbers[$"{key}"], number);
                        break;
                    default:
                        Save(($"{key}", number));
                        if (numbers[$"{key}"] is { Count: > 0 } had && had[^1] != number)
                            had.RemoveAt(had.Count - 1);
                        Put(numbers[$"{key}"], number);
                        break;
                }
            }
            foreach (var (key, own) in numbers)
                Assert.Equal((own.Count > 0, own.Exists(number => Holders(number) > 1)), (people.TryFind(key, out var person), person?.Quarantined ?? false));
            foreach (var number in Enumerable.Range(0, 6))
                Assert.True(Holders(number) == 0 ? ByStored(number) is null : numbers[ByStored(number)!.Key].Contains(number));
            var now = Snapshot();
            var groups = people.Quarantined();
            Restart();
            Assert.Equal(Snapshot(), now);
            Assert.Equal(groups.SelectMany(group => group).Distinct().Order(), Enumerable.Range(0, 6).Select(key => $"{key}").Where(key => people.TryFind(key, out var person) && person.Quarantined));

            int Holders(int number) => numbers.Values.Count(own => own.Contains(number));

            static void Put(List<int> own, int number)
            {
                own.Remove(number);
                own.Add(number);
            }
        }, iter: 15, threads: 1);

    [Fact]
    public void The_newest_version_of_the_commitments_is_remembered()
    {
        people.Remember(7);
        people.Remember(5);
        Restart();
        Assert.Equal(7ul, people.CommitmentsVersion);
    }

    [Fact]
    public void A_table_made_with_another_closing_scalar_or_open_elsewhere_is_refused()
    {
        Assert.Equal(StoreFault.InUse, Assert.Throws<StoreException>(() => Open()).Fault);
        people.Dispose();
        Assert.Equal(StoreFault.Foreign, Assert.Throws<StoreException>(() => Open("other")).Fault);
        people = Open();
    }

    [Fact]
    public void A_table_knows_the_epoch_of_its_pseudonyms_and_is_not_taken_for_one_of_another()
    {
        people.Dispose();
        people = Open(epoch: 2);
        Save(("key", 1));
        people.Dispose();
        var refused = Assert.Throws<StoreException>(() => Open(epoch: 3));
        Assert.Equal(StoreFault.Foreign, refused.Fault);
        Assert.Contains("epoch 2", refused.Message, StringComparison.Ordinal);
        people = Open(epoch: 2);
        Assert.True(people.TryFind("key", out _));
    }

    [Fact]
    public void Printing_a_person_shows_nothing()
    {
        Save(("a-local-key", 1));
        Assert.Equal("(person)", $"{Find("a-local-key")}");
    }

    People Open(string closing = "closing-1", ulong epoch = 1) => People.Open(Path.Combine(folder, "people.db"), closing, epoch, TimeProvider.System);

    void Restart()
    {
        people.Dispose();
        people = Open();
    }

    EnrolmentCounts Save(params (string Key, int Number)[] enrolled) => people.Save([.. enrolled.Select(one => new EnrolledPerson(one.Key, Stored(one.Number)))]);

    EnrolmentCounts SaveChanged(params (string Key, int Number)[] enrolled) => people.Save([.. enrolled.Select(one => new EnrolledPerson(one.Key, Stored(one.Number), NumberChanged: true))]);

    Person Find(string key)
    {
        Assert.True(people.TryFind(key, out var person));
        Assert.True(people.TryFindByRow(person.Row, out var same));
        Assert.Same(person, same);
        return person;
    }

    Person? ByStored(int number) => people.TryFindByStored(Stored(number), out var person) ? person : null;

    string Snapshot()
    {
        var keys = Enumerable.Range(0, 6).Select(key => people.TryFind($"{key}", out var person)
            ? $"{key}: {person.Row} {person.Generation} {person.Quarantined} {Convert.ToHexString(person.Stored)}" : $"{key}: none");
        var numbers = Enumerable.Range(0, 6).Select(number => ByStored(number) is { } person ? person.Quarantined ? "quarantined" : $"{person.Key} {person.Generation}" : "none");
        return string.Join('\n', keys.Concat(numbers));
    }

    static byte[] Stored(int number) => SHA256.HashData([(byte)number]);
}
