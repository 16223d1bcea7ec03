package fetch

import (
	"errors"
	"fmt"

	"godoctor/scan/system"
)

// ErrSpace is the kind of a failure for lack of room on the disk. What came so far is kept.
var ErrSpace = errors.New("there is not enough room on the disk")

const (
	roomSlack = 256 << 20 // stays free
	roomCheck = 64 << 20  // how many bytes come between two looks
	// A zip of a module holds about four times its size (a toolchain 3.3 times), in files of 16 KiB and more on the average.
	unpackRatio = 4
	fileSize    = 16 << 10
	inodeSlack  = 64
)

// Room is what a file system has left for this user.
type Room struct {
	Bytes  int64
	Inodes int64 // -1: it does not count them, or they are not known
}

// RoomIn says how much room there is where dir is, or is to be. The error is for systems that do not say.
func RoomIn(dir string) (Room, error) {
	s, err := system.This().Space(dir)
	return Room{Bytes: s.Free, Inodes: s.Inodes}, err
}

// A SpaceError says how much room is lacking. Its Kind for errors.Is is ErrSpace.
type SpaceError struct {
	Need, Free int64
	Inodes     bool // it is about inodes, not about bytes
}

// Unwrap gives ErrSpace.
func (e *SpaceError) Unwrap() error { return ErrSpace }

// Error is one line.
func (e *SpaceError) Error() string {
	if e.Inodes {
		return fmt.Sprintf("%v: %d files are needed, %d can be made: free some and go on", ErrSpace, e.Need, e.Free)
	}
	if e.Need == 0 {
		return fmt.Sprintf("%v: free some and go on", ErrSpace)
	}
	return fmt.Sprintf("%v: %d bytes are needed, %d are free: free some and go on", ErrSpace, e.Need, e.Free)
}

// Lacks judges whether a room holds packed bytes that are still to come and what they unpack to: 1.2 times both, and 256 MiB
// that stay free (trust.md, C.5).
func (r Room) Lacks(packed, unpacked int64) error {
	packed, unpacked = max(packed, 0), max(unpacked, 0)
	if need := (packed+unpacked)/5*6 + roomSlack; r.Bytes < need {
		return &SpaceError{Need: need, Free: r.Bytes}
	}
	if need := unpacked/fileSize + inodeSlack; r.Inodes >= 0 && r.Inodes < need {
		return &SpaceError{Need: need, Free: r.Inodes, Inodes: true}
	}
	return nil
}

// roomFor looks whether there is room below dir. Where that is not known it is taken to be so.
func (c *Client) roomFor(dir string, packed, unpacked int64) error {
	r, err := c.room(dir)
	if err != nil {
		return nil
	}
	return r.Lacks(packed, unpacked)
}

// unpackedSize guesses to how much a zip unpacks.
func unpackedSize(packed int64, x Ext) int64 {
	if x != ExtZip || packed < 0 {
		return 0
	}
	return packed * unpackRatio
}

// diskError is the Error of a failure to keep what came.
func diskError(err error) (kind, cause error) {
	var s *SpaceError
	switch {
	case errors.As(err, &s):
		return ErrSpace, s
	case isFull(err):
		return ErrSpace, &SpaceError{}
	}
	return ErrDisk, withoutPath(err)
}
