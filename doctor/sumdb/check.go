package sumdb

import (
	"errors"

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
