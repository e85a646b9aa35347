package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// The log first, then its witnesses.
type signers []note.Verifier

func (s signers) names() []string {
	var names []string
	for _, signer := range s {
		names = append(names, signer.Name())
	}
	return names
}

func signersOf(key string, witnesses []string) (signers, error) {
	log, err := note.NewVerifier(lineOf(key))
	if err != nil {
		return nil, fmt.Errorf("-key: %w", err)
	}
	all := signers{log}
	for _, one := range witnesses {
		witness, err := newCosigner(lineOf(one))
		if err != nil {
			return nil, fmt.Errorf("-witness: %w", err)
		}
		all = append(all, witness)
	}
	return all, nil
}

// lineOf is what a file holds, or the text itself.
func lineOf(given string) string {
	if content, err := os.ReadFile(given); err == nil {
		return strings.TrimSpace(string(content))
	}
	return given
}

// note.Open has verified every signature of a signer that it lists.
func isSignedBy(opened *note.Note, signer note.Verifier) bool {
	for _, signature := range opened.Sigs {
		if signature.Name == signer.Name() && signature.Hash == signer.KeyHash() {
			return true
		}
	}
	return false
}

// A cosigner verifies cosignature/v1 of C2SP tlog-cosignature: the time, and a signature over time and checkpoint.
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

const algCosignature = 4

func newCosigner(line string) (*cosigner, error) {
	parts := strings.SplitN(line, "+", 3)
	if len(parts) != 3 {
		return nil, errors.New("the line of a witness is NAME+HASH+KEY")
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != algCosignature {
		return nil, errors.New("this is not the key of a witness")
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		return nil, errors.New("name and key of the witness do not fit their hash")
	}
	return &cosigner{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}, nil
}

func (c *cosigner) Name() string    { return c.name }
func (c *cosigner) KeyHash() uint32 { return c.hash }

func (c *cosigner) Verify(text, stamped []byte) bool {
	if len(stamped) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(stamped), text)
	return ed25519.Verify(c.key, []byte(message), stamped[8:])
}

func parseHex(text string) (tlog.Hash, error) {
	var hash tlog.Hash
	decoded, err := hex.DecodeString(text)
	if err != nil || len(decoded) != len(hash) {
		return hash, errors.New("a leaf hash has 64 hexadecimal digits")
	}
	copy(hash[:], decoded)
	return hash, nil
}
