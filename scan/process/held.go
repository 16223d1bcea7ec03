package process

// Held reports whether some process holds the exclusive lock on a lock file of the go command
// (cmd/go/internal/lockedfile). known is false where that cannot be found out. To find out it takes the shared lock for
// a moment, if it is free, through a descriptor that cannot write.
func Held(file string) (held, known bool) { return isHeld(file) }
