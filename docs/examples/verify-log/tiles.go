package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// C2SP tlog-tiles have a height of 8: 256 hashes.
const (
	height = 8
	width  = 1 << height
)

// No bundle of 256 entries is longer.
const largest = width * (2 + 1<<16)

// errAbsent: the log's place has no such file, or does not show it to us.
var errAbsent = errors.New("is not there")

// A source is where a log's files are read.
type source interface {
	read(path string) ([]byte, error)
}

func open(where, certificate, key, root string) (source, error) {
	if !strings.HasPrefix(where, "http://") && !strings.HasPrefix(where, "https://") {
		if info, err := os.Stat(where); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("%s is neither an http address nor a folder", where)
		}
		return folder(where), nil
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	if certificate != "" {
		identity, err := identityOf(certificate, key, root)
		if err != nil {
			return nil, err
		}
		transport.TLSClientConfig = identity
	}
	return &site{strings.TrimRight(where, "/") + "/", &http.Client{Transport: transport, Timeout: 20 * time.Second}}, nil
}

type folder string

func (f folder) read(path string) ([]byte, error) {
	content, err := os.ReadFile(filepath.Join(string(f), filepath.FromSlash(path)))
	if errors.Is(err, os.ErrNotExist) {
		return nil, errAbsent
	}
	return content, err
}

type site struct {
	address string
	client  *http.Client
}

func (s *site) String() string { return s.address }

func (s *site) read(path string) ([]byte, error) {
	response, err := s.client.Get(s.address + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
		return io.ReadAll(io.LimitReader(response.Body, largest))
	case http.StatusNotFound, http.StatusForbidden:
		return nil, errAbsent
	}
	return nil, fmt.Errorf("%s%s: %s", s.address, path, response.Status)
}

// identityOf is for the hub's own address. Its certificate must lead to the pinned CA; it bears the hub's name in a URI and
// need not name the host, which is why the chain is verified here.
func identityOf(certificate, key, root string) (*tls.Config, error) {
	pair, err := tls.LoadX509KeyPair(certificate, key)
	if err != nil {
		return nil, err
	}
	pem, err := os.ReadFile(root)
	if err != nil {
		return nil, err
	}
	pinned := x509.NewCertPool()
	if !pinned.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", root)
	}
	return &tls.Config{
		Certificates:       []tls.Certificate{pair},
		MinVersion:         tls.VersionTLS13,
		InsecureSkipVerify: true,
		VerifyConnection: func(state tls.ConnectionState) error {
			shown := state.PeerCertificates[0]
			if _, err := shown.Verify(x509.VerifyOptions{Roots: pinned}); err != nil {
				return err
			}
			for _, name := range shown.URIs {
				if strings.HasPrefix(name.String(), "urn:xhub:hub:") {
					return nil
				}
			}
			return errors.New("this is not a hub")
		},
	}, nil
}

// Tiles reads hashes for tlog, and believes none: proofs made of them are worth what tlog's checks say. The few tiles at the
// right edge and above the leaves are needed again and again, and are kept as they were read first.
type tiles struct {
	source source
	known  map[tlog.Tile][]tlog.Hash
	// How many the log has.
	entries int64
}

func newTiles(source source, size int64) *tiles {
	return &tiles{source: source, known: map[tlog.Tile][]tlog.Hash{}, entries: size}
}

func (t *tiles) readTile(tile tlog.Tile) ([]tlog.Hash, error) {
	if row, ok := t.known[tile]; ok {
		return row, nil
	}
	read, err := t.source.read(tilePath(tile))
	if errors.Is(err, errAbsent) {
		return nil, wrong("%s is not there", tilePath(tile))
	}
	if err != nil {
		return nil, err
	}
	if len(read) != tile.W*tlog.HashSize {
		return nil, wrong("%s has not %d hashes", tilePath(tile), tile.W)
	}
	row := make([]tlog.Hash, tile.W)
	for i := range row {
		copy(row[i][:], read[i*tlog.HashSize:])
	}
	if tile.L > 0 || tile.W < width {
		t.known[tile] = row
	}
	return row, nil
}

// ReadHashes gives hashes as they stand, or as those beneath them in their tile make them.
func (t *tiles) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	hashes := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		level, place := tlog.SplitStoredHashIndex(index)
		under := int64(1) << (level % height)
		first := place * under
		inLevel := t.entries >> (height * (level / height))
		tile := tlog.Tile{H: height, L: level / height, N: first / width, W: int(min(width, inLevel-first/width*width))}
		row, err := t.readTile(tile)
		if err != nil {
			return nil, err
		}
		hashes[i] = rootOf(row[first%width : first%width+under])
	}
	return hashes, nil
}

// tilePath is tlog's own path less the height, which C2SP tlog-tiles leaves out.
func tilePath(tile tlog.Tile) string {
	path := "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", tile.H))
	return strings.Replace(path, "tile/data/", "tile/entries/", 1)
}

func min(a, b int64) int64 {
	if a < b {
		return a
	}
	return b
}
