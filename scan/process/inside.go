package process

// Inside says which process stands in a directory, runs from it or has something in it open: its number and program, raw.
// "" is none. known is false where the system does not tell. Processes of other users that do not let this user see what
// they have open are not found.
func Inside(dir string) (who string, known bool) { return inside(dir) }

// Any returns a process that uses the module cache, for whatever it may be; nil: none. It says nothing where the process
// table could not be read (Known).
func (u *Users) Any() *User {
	if u == nil || len(u.list) == 0 {
		return nil
	}
	found := u.list[0].User
	found.Why = "it uses this module cache"
	return &found
}
