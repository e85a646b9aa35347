// Verify-log is an independent reader of an exchange's log: it believes the log's key, which its user pins, and nothing
// else. Signatures, hashes and proofs are computed by golang.org/x/mod/sumdb/note and tlog, which the Go project wrote for
// its own log; nothing here is shared with the exchange's programs.
package main

import (
	"crypto/sha256"
	"errors"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type texts []string

func (t *texts) String() string     { return strings.Join(*t, " ") }
func (t *texts) Set(s string) error { *t = append(*t, s); return nil }

func main() {
	err := run(os.Args[1:])
	var wrong *verdict
	switch {
	case err == nil:
	case errors.Is(err, flag.ErrHelp):
		os.Exit(2)
	case errors.As(err, &wrong):
		fmt.Fprintln(os.Stderr, "NOT GOOD:", err)
		os.Exit(1)
	default:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

// A verdict is what is wrong with the log; any other error is a reason why it could not be verified.
type verdict struct{ says string }

func (v *verdict) Error() string { return v.says }

func wrong(format string, values ...interface{}) error {
	return &verdict{fmt.Sprintf(format, values...)}
}

func run(arguments []string) error {
	flags := flag.NewFlagSet("verify-log", flag.ContinueOnError)
	key := flags.String("key", "", "the log's `key`: its line NAME+HASH+KEY, or a file with it")
	saved := flags.String("checkpoint", "", "verify up to the checkpoint in this `file` instead of the newest")
	since := flags.String("since", "", "a checkpoint kept earlier, in this `file`: the log must go on with it")
	save := flags.String("save", "", "keep the verified checkpoint in this `file`, for -since")
	mustShow := flags.Bool("entries", false, "fail when the entries are not shown")
	certificate := flags.String("certificate", "", "`file` with the certificate that may read entries at the hub's own address, PEM")
	certificateKey := flags.String("certificate-key", "", "`file` with its private key, PEM")
	root := flags.String("root", "", "`file` with the CA that the hub's certificate must lead to, PEM")
	var witnesses, entries texts
	flags.Var(&witnesses, "witness", "a witness that must have cosigned: its `line` NAME+HASH+KEY, or a file with it; may be repeated")
	flags.Var(&entries, "entry", "prove that the entry of this `number` is in the log, as NUMBER or NUMBER:LEAFHASH of a receipt; may be repeated")
	flags.Usage = func() {
		fmt.Fprintln(flags.Output(), "Usage: verify-log -key KEY [options] WHERE\n\nWHERE is an address such as http://hub.example:7480/log/ or a folder with a copy.\nExit code 0: all is right; 1: something is wrong with the log; 2: it could not be verified.")
		flags.PrintDefaults()
	}
	if err := flags.Parse(arguments); err != nil {
		return flag.ErrHelp
	}
	if flags.NArg() != 1 || *key == "" {
		flags.Usage()
		return flag.ErrHelp
	}
	from, err := open(flags.Arg(0), *certificate, *certificateKey, *root)
	if err != nil {
		return err
	}
	signers, err := signersOf(*key, witnesses)
	if err != nil {
		return err
	}

	// 1. The checkpoint is signed by the log and cosigned by every witness.
	text, err := checkpointText(from, *saved)
	if err != nil {
		return err
	}
	tree, err := openCheckpoint(text, signers)
	if err != nil {
		return err
	}
	fmt.Printf("checkpoint  %d entries, root %v, signed by %s\n", tree.N, tree.Hash, strings.Join(signers.names(), ", "))

	// 2. Every tile leads to its root, and every entry, where they are shown, to its leaf hash.
	hashes := newTiles(from, tree.N)
	if err := verifyTiles(from, tree, hashes, *mustShow); err != nil {
		return err
	}

	// 3. Single entries by proofs of inclusion, as a receipt asks for.
	for _, entry := range entries {
		if err := proveEntry(tree, hashes, entry); err != nil {
			return err
		}
	}

	// 4. What was there before is there still, in its place.
	if *since != "" {
		if err := proveConsistency(tree, hashes, *since, signers); err != nil {
			return err
		}
	}
	if *save != "" {
		if err := os.WriteFile(*save, text, 0o666); err != nil {
			return err
		}
	}
	fmt.Println("GOOD")
	return nil
}

func checkpointText(from source, saved string) ([]byte, error) {
	if saved != "" {
		return os.ReadFile(saved)
	}
	text, err := from.read("checkpoint")
	if errors.Is(err, errAbsent) {
		return nil, wrong("there is no checkpoint at %v", from)
	}
	return text, err
}

// openCheckpoint takes what is signed apart: origin, size, root. tlog.ParseTree would demand the origin of Go's own log.
func openCheckpoint(text []byte, signers signers) (tlog.Tree, error) {
	opened, err := note.Open(text, note.VerifierList(signers...))
	if err != nil {
		return tlog.Tree{}, wrong("the checkpoint: %v", err)
	}
	for _, signer := range signers {
		if !isSignedBy(opened, signer) {
			return tlog.Tree{}, wrong("the checkpoint is not signed by %s", signer.Name())
		}
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, wrong("the checkpoint has not the three lines of one")
	}
	if lines[0] != signers[0].Name() {
		return tlog.Tree{}, wrong("the checkpoint is of the log %q, and the key of %q", lines[0], signers[0].Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return tlog.Tree{}, wrong("the checkpoint has no size")
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, wrong("the checkpoint has no root")
	}
	if size == 0 && root != tlog.Hash(sha256.Sum256(nil)) {
		return tlog.Tree{}, wrong("the root of no entries is another one")
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// verifyTiles holds every full tile against the hash above it, those that are not full against the root, which is what is
// left of them, and the entries against the leaf hashes. tlog.TileHashReader would do the first two, but in version 0.7.0 it
// passes over some full tiles when several subtrees at the right edge lie in one tile; the test of this program shows it.
func verifyTiles(from source, tree tlog.Tree, hashes *tiles, mustShow bool) error {
	count, shown := 0, true
	for level := 0; tree.N>>(height*level) > 0; level++ {
		places := tree.N >> (height * level)
		for first := int64(0); first < places; first += width {
			tile := tlog.Tile{H: height, L: level, N: first / width, W: int(min(width, places-first))}
			row, err := hashes.readTile(tile)
			if err != nil {
				return err
			}
			if level == 0 && shown {
				if shown, err = verifyEntries(from, tile, row, mustShow); err != nil {
					return err
				}
			}
			if tile.W == width {
				above, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(height*(level+1), tile.N)})
				if err != nil {
					return err
				}
				if rootOf(row) != above[0] {
					return wrong("%s and the hash above it do not fit each other", tilePath(tile))
				}
			}
			count++
		}
	}
	if tree.N > 0 {
		root, err := tlog.TreeHash(tree.N, hashes)
		if err != nil {
			return err
		}
		if root != tree.Hash {
			return wrong("the tiles make another root than the checkpoint says: %v", root)
		}
	}
	fmt.Printf("tiles       %d lead to the root\n", count)
	if shown {
		fmt.Printf("entries     %d are those in the tree\n", tree.N)
	} else {
		fmt.Println("entries     not shown here")
	}
	return nil
}

func rootOf(row []tlog.Hash) tlog.Hash {
	row = append([]tlog.Hash{}, row...)
	for ; len(row) > 1; row = row[:len(row)/2] {
		for i := 0; i < len(row)/2; i++ {
			row[i] = tlog.NodeHash(row[2*i], row[2*i+1])
		}
	}
	return row[0]
}

// verifyEntries says whether there are any to see.
func verifyEntries(from source, tile tlog.Tile, leaves []tlog.Hash, mustShow bool) (bool, error) {
	bundle := tile
	bundle.L = -1
	content, err := from.read(tilePath(bundle))
	if errors.Is(err, errAbsent) && tile.N == 0 && !mustShow {
		return false, nil
	}
	if errors.Is(err, errAbsent) {
		return false, wrong("%s is not there", tilePath(bundle))
	}
	if err != nil {
		return false, err
	}
	entries, err := splitBundle(content, tile.W)
	if err != nil {
		return false, wrong("%s: %v", tilePath(bundle), err)
	}
	for i, entry := range entries {
		if tlog.RecordHash(entry) != leaves[i] {
			return false, wrong("entry %d and its leaf hash do not fit each other", tile.N*width+int64(i))
		}
	}
	return true, nil
}

// splitBundle takes entries apart, each behind its length in 16 bits, big-endian.
func splitBundle(content []byte, count int) ([][]byte, error) {
	entries := make([][]byte, count)
	for i := range entries {
		if len(content) < 2 || len(content) < 2+(int(content[0])<<8|int(content[1])) {
			return nil, fmt.Errorf("the bundle ends within its entry %d", i)
		}
		length := int(content[0])<<8 | int(content[1])
		entries[i], content = content[2:2+length], content[2+length:]
	}
	if len(content) > 0 {
		return nil, errors.New("the bundle goes on behind its last entry")
	}
	return entries, nil
}

func proveEntry(tree tlog.Tree, hashes tlog.HashReader, given string) error {
	number, leafHash, hasHash := strings.Cut(given, ":")
	index, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return fmt.Errorf("-entry %s is no number of an entry", given)
	}
	if index < 0 || index >= tree.N {
		return wrong("the checkpoint does not reach to entry %d", index)
	}
	leaves, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, index)})
	if err != nil {
		return err
	}
	claimed := leaves[0]
	if hasHash {
		if claimed, err = parseHex(leafHash); err != nil {
			return fmt.Errorf("-entry %s: %w", given, err)
		}
	}
	proof, err := tlog.ProveRecord(tree.N, index, hashes)
	if err != nil {
		return err
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, index, claimed); err != nil {
		return wrong("entry %d with the leaf hash %x is not in the log: %v", index, claimed[:], err)
	}
	fmt.Printf("inclusion   entry %d with the leaf hash %x is in the log\n", index, claimed[:])
	return nil
}

func proveConsistency(tree tlog.Tree, hashes tlog.HashReader, file string, signers signers) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	// A checkpoint may be older than a witness.
	older, err := openCheckpoint(text, signers[:1])
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	if older.N > tree.N {
		return wrong("%s is over %d entries, and this log has %d: it was put back, or an older one is shown", file, older.N, tree.N)
	}
	if older.N > 0 {
		proof, err := tlog.ProveTree(tree.N, older.N, hashes)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash); err != nil {
			return wrong("the first %d entries are not those of %s: two histories of one log were signed (%v)", older.N, file, err)
		}
	}
	fmt.Printf("consistency goes on with %s over %d entries\n", file, older.N)
	return nil
}
