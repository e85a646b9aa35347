package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// A log that this test writes by itself, to be changed in every way.
type written struct {
	folder string
	key    string
	signer note.Signer
	hashes []tlog.Hash
	size   int64
}

func (w *written) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	var read []tlog.Hash
	for _, index := range indexes {
		read = append(read, w.hashes[index])
	}
	return read, nil
}

func write(t *testing.T, size int64, entry func(int64) []byte) *written {
	t.Helper()
	secret, key, err := note.GenerateKey(rand.Reader, "hub-1")
	check(t, err)
	signer, err := note.NewSigner(secret)
	check(t, err)
	log := &written{folder: t.TempDir(), key: key, signer: signer, size: size}
	var bundles [][]byte
	for i := int64(0); i < size; i++ {
		content := entry(i)
		hashes, err := tlog.StoredHashes(i, content, log)
		check(t, err)
		log.hashes = append(log.hashes, hashes...)
		if i%width == 0 {
			bundles = append(bundles, nil)
		}
		length := []byte{byte(len(content) >> 8), byte(len(content))}
		bundles[i/width] = append(append(bundles[i/width], length...), content...)
	}
	for i, bundle := range bundles {
		log.put(t, tilePath(tlog.Tile{H: height, L: -1, N: int64(i), W: int(min(width, size-int64(i)*width))}), bundle)
	}
	for level := 0; size>>(height*level) > 0; level++ {
		for places := size >> (height * level); places > 0; places -= min(width, (places-1)%width+1) {
			tile := tlog.Tile{H: height, L: level, N: (places - 1) / width, W: int((places-1)%width + 1)}
			data, err := tlog.ReadTileData(tile, log)
			check(t, err)
			log.put(t, tilePath(tile), data)
		}
	}
	log.put(t, "checkpoint", log.sign(t, size, log.root(t, size)))
	return log
}

func (w *written) root(t *testing.T, size int64) tlog.Hash {
	t.Helper()
	if size == 0 {
		return tlog.Hash(sha256.Sum256(nil))
	}
	root, err := tlog.TreeHash(size, w)
	check(t, err)
	return root
}

func (w *written) sign(t *testing.T, size int64, root tlog.Hash) []byte {
	t.Helper()
	signed, err := note.Sign(&note.Note{Text: fmt.Sprintf("hub-1\n%d\n%v\n", size, root)}, w.signer)
	check(t, err)
	return signed
}

func (w *written) put(t *testing.T, path string, content []byte) {
	t.Helper()
	file := filepath.Join(w.folder, filepath.FromSlash(path))
	check(t, os.MkdirAll(filepath.Dir(file), 0o777))
	check(t, os.WriteFile(file, content, 0o666))
}

func (w *written) get(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(w.folder, filepath.FromSlash(path)))
	check(t, err)
	return content
}

func plain(i int64) []byte { return []byte(fmt.Sprintf("entry %d", i)) }

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// refuses demands a verdict that says so, and no other error.
func (w *written) refuses(t *testing.T, says string, arguments ...string) {
	t.Helper()
	err := run(append(append([]string{"-key", w.key}, arguments...), w.folder))
	var verdict *verdict
	if !errors.As(err, &verdict) || !strings.Contains(err.Error(), says) {
		t.Fatalf("wanted %q, got %v", says, err)
	}
}

func TestEverySizeIsGood(t *testing.T) {
	for _, size := range []int64{0, 1, 2, 255, 256, 257, 512, 700} {
		log := write(t, size, plain)
		arguments := []string{"-key", log.key}
		if size > 0 {
			leaf := tlog.RecordHash(plain(size - 1))
			arguments = append(arguments, "-entries", "-entry", "0", "-entry", fmt.Sprintf("%d:%x", size-1, leaf[:]))
		}
		check(t, run(append(arguments, log.folder)))
	}
}

func TestEveryFlippedByteIsNoticed(t *testing.T) {
	log := write(t, 300, plain)
	for path, says := range map[string]string{
		"checkpoint": "checkpoint", "tile/0/000": "fit each other", "tile/0/001.p/44": "fit each other", "tile/1/000.p/1": "fit each other",
		"tile/entries/000": "entr", "tile/entries/001.p/44": "entr",
	} {
		whole := log.get(t, path)
		for _, at := range []int{0, len(whole) / 2, len(whole) - 2} {
			flipped := append([]byte{}, whole...)
			flipped[at] ^= 0x40
			log.put(t, path, flipped)
			log.refuses(t, says)
		}
		log.put(t, path, whole)
	}
	check(t, run([]string{"-key", log.key, log.folder}))
}

// Entries and their leaf hashes changed together, and nothing else: what tlog.TileHashReader of 0.7.0 takes for good.
func TestEntriesRewrittenWithTheirLeafHashesAreNoticed(t *testing.T) {
	for path, says := range map[string]string{"tile/0/000": "tile/0/000 and the hash above it", "tile/0/001.p/44": "another root"} {
		log := write(t, 300, plain)
		other := write(t, 300, func(i int64) []byte { return []byte(fmt.Sprintf("other %d", i)) })
		bundle := strings.Replace(path, "tile/0", "tile/entries", 1)
		log.put(t, path, other.get(t, path))
		log.put(t, bundle, other.get(t, bundle))
		log.refuses(t, says)
	}
}

func TestMissingAndBrokenFilesAreNoticed(t *testing.T) {
	log := write(t, 300, plain)
	for _, path := range []string{"tile/0/000", "tile/1/000.p/1", "tile/entries/001.p/44"} {
		whole := log.get(t, path)
		for _, broken := range [][]byte{{}, whole[:len(whole)-1], append(append([]byte{}, whole...), 0)} {
			log.put(t, path, broken)
			log.refuses(t, "")
		}
		check(t, os.Remove(filepath.Join(log.folder, path)))
		log.refuses(t, "there")
		log.put(t, path, whole)
	}
}

func TestForgedReceiptsAndCheckpointsAreRefused(t *testing.T) {
	log := write(t, 300, plain)
	leaf := tlog.RecordHash(plain(7))
	log.refuses(t, "not in the log", "-entry", fmt.Sprintf("8:%x", leaf[:]))
	log.refuses(t, "does not reach", "-entry", "300")

	other := write(t, 300, plain)
	other.folder = log.folder
	other.refuses(t, "checkpoint")
	named, err := note.Sign(&note.Note{Text: fmt.Sprintf("hub-2\n300\n%v\n", log.root(t, 300))}, log.signer)
	check(t, err)
	log.put(t, "checkpoint", named)
	log.refuses(t, `the log "hub-2"`)
}

func TestAForkIsNoticedAndGrowthIsNot(t *testing.T) {
	log := write(t, 700, plain)
	fork := write(t, 300, func(i int64) []byte { return []byte(fmt.Sprintf("other %d", i)) })
	kept := filepath.Join(t.TempDir(), "kept")
	for size := range map[int64]bool{0: true, 1: true, 256: true, 300: true, 700: true} {
		check(t, os.WriteFile(kept, log.sign(t, size, log.root(t, size)), 0o666))
		check(t, run([]string{"-key", log.key, "-since", kept, log.folder}))
	}
	check(t, os.WriteFile(kept, log.sign(t, 300, fork.root(t, 300)), 0o666))
	log.refuses(t, "two histories", "-since", kept)
	check(t, os.WriteFile(kept, log.sign(t, 701, fork.root(t, 300)), 0o666))
	log.refuses(t, "put back", "-since", kept)
}

func TestAWitnessMustHaveCosignedThisVeryText(t *testing.T) {
	log := write(t, 300, plain)
	public, secret, err := ed25519.GenerateKey(rand.Reader)
	check(t, err)
	encoded := append([]byte{algCosignature}, public...)
	sum := sha256.Sum256(append([]byte("commission\n"), encoded...))
	line := fmt.Sprintf("commission+%x+%s", sum[:4], base64.StdEncoding.EncodeToString(encoded))
	cosign := func(text string) string {
		stamped := make([]byte, 12, 76)
		copy(stamped, sum[:4])
		binary.BigEndian.PutUint64(stamped[4:], 1700000000)
		stamped = append(stamped, ed25519.Sign(secret, []byte("cosignature/v1\ntime 1700000000\n"+text))...)
		return "\u2014 commission " + base64.StdEncoding.EncodeToString(stamped) + "\n"
	}
	signed := log.get(t, "checkpoint")
	text := string(signed[:bytes.Index(signed, []byte("\n\n"))+1])

	log.refuses(t, "not signed by commission", "-witness", line)
	log.put(t, "checkpoint", []byte(string(signed)+cosign(text)))
	check(t, run([]string{"-key", log.key, "-witness", line, log.folder}))
	log.put(t, "checkpoint", []byte(string(signed)+cosign("hub-1\n299\nanother\n")))
	log.refuses(t, "checkpoint", "-witness", line)
}
