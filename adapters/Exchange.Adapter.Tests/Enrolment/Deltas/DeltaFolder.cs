using System.Text;
using Exchange.Adapter.Enrolment;
using Exchange.Adapter.Enrolment.Deltas;
using Exchange.Adapter.Sources.Drops;
using Exchange.Adapter.Sources.People;
using Microsoft.Extensions.Time.Testing;

namespace Exchange.Adapter.Tests.Enrolment.Deltas;

/// <summary>An agency with a people table and a folder for changes of people, and the hub and key authority it enrols with.</summary>
sealed class DeltaFolder : IAsyncDisposable
{
    public const string First = "983205673214", Second = "621498320257", Third = "263259976392", Fourth = "123456789018";

    readonly string folder = Directory.CreateTempSubdirectory("deltas-").FullName;
    readonly AgencyKeys keys;
    readonly PinnedAuthority pinned;

    DeltaFolder(Counterpart hub)
    {
        Hub = hub;
        Directory.CreateDirectory(this["incoming"]);
        AgencyKeys.Create(this["keys.json"]);
        keys = AgencyKeys.Read(this["keys.json"]);
        People = Open();
        pinned = new PinnedAuthority(hub.AuthorityCertificate, hub.H.PublicPoint());
    }

    public static async Task<DeltaFolder> Start() => new(await Counterpart.Start());

    public Counterpart Hub { get; }

    public People People { get; private set; }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public List<string> Notices { get; } = [];

    public string this[string file] => Path.Combine(folder, file);

    public DeltaRun Run(DeltaFormat? format = null, TimeSpan patience = default) => new(
        People, changed => new Enroller(People, keys.Closing, Hub.Signer, pinned, Hub.Channel, new EnrolmentOptions { Epoch = 1, Changed = changed, Patience = patience }, TimeProvider.System), format ?? DeltaFormat.Default);

    public Task<DeltaResult> Do(params string[] lines)
    {
        Put("now.csv", lines);
        return Run().Run(this["now.csv"]);
    }

    public DeltaWatch Watch() => new(new DeltaPlace(FilePattern.Parse("incoming/changes-*.csv", folder)!, DeltaFormat.Default), () => Run(), Notices.Add, Time);

    public void Put(string file, params string[] lines) => File.WriteAllText(this[file], "change,key,number\n" + string.Concat(lines.Select(line => line + "\n")), Encoding.UTF8);

    public void Restart()
    {
        People.Dispose();
        People = Open();
    }

    /// <summary>Everybody's key, with the numbers that lead there; the one in force has an asterisk.</summary>
    public string Everybody()
    {
        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, number) in new[] { ("1", First), ("2", Second), ("3", Third), ("4", Fourth) })
        {
            var stored = Stored(number);
            if (People.TryFindByStored(stored, out var person))
                found[person.Key] = found.GetValueOrDefault(person.Key, "") + name + (person.Stored.SequenceEqual(stored) ? "*" : "");
        }
        return string.Join(' ', found.Select(one => $"{one.Key}:{one.Value}"));
    }

    byte[] Stored(string number)
    {
        var stored = new byte[32];
        Assert.True(Exchange.Protocol.Identifiers.Identifier.TryParse(Exchange.Protocol.Identifiers.IdentifierType.MyNumber, number, out var identifier, out _));
        identifier.HashToPoint(stored);
        foreach (var scalar in new[] { Hub.A.Bytes.ToArray(), Hub.H.Bytes.ToArray(), keys.Closing.Bytes.ToArray() })
            Assert.True(Exchange.Protocol.Pseudonyms.Ristretto.TryMultiply(scalar, stored, stored));
        return stored;
    }

    public async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        pinned.Dispose();
        People.Dispose();
        keys.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    People Open() => People.Open(this["people.db"], keys.ClosingId, 1, TimeProvider.System);
}
