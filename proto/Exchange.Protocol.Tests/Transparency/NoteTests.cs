using System.Security.Cryptography;
using CsCheck;
using Exchange.Protocol.Transparency;

namespace Exchange.Protocol.Tests.Transparency;

public sealed class NoteTests
{
    const string Log = "hub-1.exchange.example/log";

    static readonly DateTimeOffset time = new(2026, 4, 1, 9, 0, 0, TimeSpan.Zero);

    static NoteSigner Signer(string name = Log, NoteKeyUse use = NoteKeyUse.Note) => new(name, use, RandomNumberGenerator.GetBytes(NoteSigner.SeedLength));

    static Checkpoint Sized(ulong size) => new(Log, size, RandomNumberGenerator.GetBytes(32));

    [Fact]
    public void The_note_of_the_specification_verifies()
    {
        // The example of golang.org/x/mod/sumdb/note.
        const string PeterNeumann = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        const string Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";
        Assert.True(NoteKey.TryParse(PeterNeumann, out var key));
        Assert.Equal(PeterNeumann, key.ToString());
        Assert.True(SignedNote.TryParse(Note, out var note));
        Assert.True(note.IsSignedBy(key));
        Assert.Equal(Note, note.ToString());
        Assert.False(SignedNote.TryParse(Note.Replace("answer", "solution", StringComparison.Ordinal), out var forged) && forged.IsSignedBy(key));
    }

    [Fact]
    public void A_checkpoint_is_opened_by_its_logs_key_alone()
    {
        using var signer = Signer();
        using var namesake = Signer();
        using var other = Signer("hub-2.exchange.example/log");
        var checkpoint = Sized(42);
        var note = SignedNote.Sign(checkpoint.Body, signer);

        Assert.True(Checkpoint.TryOpen(note, signer.Key, out var opened, out _));
        Assert.Equal(checkpoint, opened);
        Assert.False(Checkpoint.TryOpen(note, namesake.Key, out _, out _));
        Assert.False(Checkpoint.TryOpen(SignedNote.Sign(checkpoint.Body, other), other.Key, out _, out _));
        Assert.False(Checkpoint.TryOpen(note.Replace("\n42\n", "\n43\n", StringComparison.Ordinal), signer.Key, out _, out _));
    }

    [Fact]
    public void A_witness_says_when_and_its_line_is_good_for_one_text_alone()
    {
        using var signer = Signer();
        using var witness = Signer("privacy-commission", NoteKeyUse.Cosignature);
        using var stranger = Signer("privacy-commission", NoteKeyUse.Cosignature);
        Assert.True(SignedNote.TryParse(SignedNote.Sign(Sized(1).Body, signer), out var note));
        Assert.True(SignedNote.TryParse(SignedNote.Sign(Sized(1).Body, signer), out var another));
        var line = witness.Cosign(note.Body, time);

        Assert.True(SignedNote.TryParse(note.With(line), out var cosigned));
        Assert.True(cosigned.IsCosignedBy(witness.Key, out var when));
        Assert.Equal(time, when);
        Assert.True(cosigned.IsSignedBy(signer.Key));
        Assert.False(cosigned.IsCosignedBy(stranger.Key, out _));
        Assert.False(cosigned.IsSignedBy(witness.Key));
        Assert.False(note.IsCosignedBy(witness.Key, out _));
        Assert.True(SignedNote.TryParse(another.With(line), out var moved) && !moved.IsCosignedBy(witness.Key, out _));
    }

    [Fact]
    public void A_key_is_used_for_what_it_was_made_for()
    {
        using var signer = Signer();
        using var witness = Signer("w", NoteKeyUse.Cosignature);
        Assert.Throws<InvalidOperationException>(() => signer.Cosign("text\n", time));
        Assert.Throws<InvalidOperationException>(() => witness.Sign("text\n"));
        Assert.Throws<ArgumentException>(() => Signer("with space"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("text\n")]
    [InlineData("text\n\n")]
    [InlineData("text\n\n- name AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 name AAAA\n")]
    [InlineData("text\n\n\u2014 name not-base64\n")]
    [InlineData("text\n\n\u2014 name AAAAAAAA")]
    [InlineData("text\r\n\n\u2014 name AAAAAAAA\n")]
    [InlineData("text\n\n\u2014 na+me AAAAAAAA\n")]
    public void What_is_not_of_the_form_is_no_note(string text) => Assert.False(SignedNote.TryParse(text, out _));

    [Theory]
    [InlineData("origin\n1\n")]
    [InlineData("origin\n01\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n-1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n99999999999999999999\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n1\nAAAA\n")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=\n")]
    [InlineData("\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")]
    [InlineData("origin\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\nextension\n")]
    public void What_is_not_of_the_form_is_no_checkpoint(string body) => Assert.False(Checkpoint.TryParse(body, out _));

    [Fact]
    public void No_character_of_a_checkpoint_or_a_key_can_be_changed()
    {
        using var signer = Signer();
        var note = SignedNote.Sign(Sized(7).Body, signer);
        var key = signer.Key.ToString();
        Gen.Select(Gen.Int[0, note.Length - 1], Gen.Char).Sample((at, with) =>
            note[at] == with || !Checkpoint.TryOpen(note[..at] + with + note[(at + 1)..], signer.Key, out _, out _));
        Gen.Select(Gen.Int[0, key.Length - 1], Gen.Char).Sample((at, with) =>
            key[at] == with || !NoteKey.TryParse(key[..at] + with + key[(at + 1)..], out var read) || !Checkpoint.TryOpen(note, read, out _, out _) || read.ToString() == key);
    }
}
