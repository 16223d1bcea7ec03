package fetch

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"strings"
)

const (
	// blockSize is how much of a part file has a checksum of its own, and how much is made durable at a time.
	blockSize = 8 << 20
	// maxSidecar bounds the sidecar that is read: the checksums of MaxZip bytes and two headers are 8 KiB.
	maxSidecar = 64 << 10
	maxETag    = 1 << 10
	maxDate    = 64

	sidecarVersion = 1
)

// A sidecar says of what file a part file is, and how many of its bytes are surely right; more may stand in it. It stands
// beside it and holds no secret: no userinfo, no query, no header but the validators. Nothing is believed that it says of the
// bytes: they are hashed before they are used, so that it and the part file may be torn or lost each on its own, which costs a
// fetch and no more.
type sidecar struct {
	Version  int      `json:"version"`
	Module   string   `json:"module"`
	URL      string   `json:"url"`
	Size     int64    `json:"size"` // of the whole; -1: not known
	ETag     string   `json:"etag,omitempty"`
	Modified string   `json:"last_modified,omitempty"`
	Bytes    int64    `json:"bytes_ok"`
	Sums     []string `json:"sha256"`         // of each whole block
	Rest     string   `json:"sha256_of_rest"` // of what is behind them
	Done     bool     `json:"done,omitempty"` // these bytes are the whole
	NoRange  bool     `json:"no_range,omitempty"`
	Compared int64    `json:"compared,omitempty"` // bytes that were fetched twice, to be compared
}

var errSidecar = errors.New("no sidecar of a part file")

// parseSidecar reads a sidecar and refuses what is not consistent.
func parseSidecar(data []byte, limit int64) (s sidecar, err error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return sidecar{}, errSidecar
	}
	if _, err := dec.Token(); err != io.EOF {
		return sidecar{}, errSidecar
	}
	good := s.Version == sidecarVersion && s.URL != "" &&
		s.Size >= -1 && s.Size <= limit && s.Bytes >= 0 && s.Bytes <= limit && s.Compared >= 0 && (s.Size < 0 || s.Bytes <= s.Size) &&
		(!s.Done || s.Size < 0 || s.Bytes == s.Size) &&
		int64(len(s.Sums)) == s.Bytes/blockSize && isSum(s.Rest) &&
		s.ETag == validator(s.ETag, maxETag) && s.Modified == validator(s.Modified, maxDate)
	for _, sum := range s.Sums {
		good = good && isSum(sum)
	}
	if !good {
		return sidecar{}, errSidecar
	}
	return s, nil
}

func isSum(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32
}

func (s sidecar) encode() []byte {
	b, _ := json.Marshal(s) // of strings and numbers: cannot fail
	return append(b, '\n')
}

// validator gives a header line that may be kept and sent back, else "".
func validator(s string, most int) string {
	if len(s) > most {
		return ""
	}
	for _, c := range []byte(s) {
		if c < ' ' || c > '~' {
			return ""
		}
	}
	return s
}

// strong reports whether an ETag stands for the same bytes (RFC 9110, section 8.8.3).
func strong(etag string) bool {
	return len(etag) >= 2 && etag[0] == '"' && etag[len(etag)-1] == '"' && !strings.Contains(etag[1:len(etag)-1], `"`)
}
