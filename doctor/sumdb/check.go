package sumdb

import (
	"errors"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// Check says what the go command refuses GOSUMDB for; nil where it works, and with GOSUMDB=off. It reads no file and asks
// nobody.
func (s Settings) Check() error {
	_, err := parseGOSUMDB(s.GOSUMDB)
	var e *Error
	switch {
	case errors.Is(err, ErrOff):
		return nil
	case errors.As(err, &e) && e.Err != nil:
		return e.Err
	}
	return err
}

// Name is the name of the database that a GOSUMDB means; "" where it means none, or cannot be used.
func (s Settings) Name() string {
	k, err := parseGOSUMDB(s.GOSUMDB)
	if err != nil {
		return ""
	}
	if v, err := note.NewVerifier(k.text); err == nil {
		return v.Name()
	}
	return ""
}

// CheckHead says why a signed tree head is not one of the database that GOSUMDB names: nil where its signature is good.
func (s Settings) CheckHead(data []byte) error {
	k, err := parseGOSUMDB(s.GOSUMDB)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(k.text)
	if err != nil {
		return err
	}
	n, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return errors.New("its tree head is not signed by the key that go knows")
	}
	if !strings.HasPrefix(n.Text, "go.sum database tree\n") {
		return errors.New("what it has signed is no tree head")
	}
	return nil
}
