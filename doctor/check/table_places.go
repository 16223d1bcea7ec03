package check

// places are the checks of directories, permissions, disk and locks (C25 to C39).
var places = []*Check{
	modcacheUnusable,
	noHome,
	buildcacheUnusable,
	buildcacheOwner,
	modcacheOwner,
	modcacheHalfDeleted,
	modesMixed,
	diskFull,
	tempdirUnusable,
	lockHeld,
	noFileLocks,
	openFiles,
	gocacheprogBroken,
	buildcacheNeverTrimmed,
	cacheCleaned,
}
