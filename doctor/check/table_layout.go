package check

// layout are the checks of how a project is laid out (C74 to C85).
var layout = []*Check{
	notInWorkspace,
	workspaceBroken,
	strayParent,
	workspaceOverrides,
	replaceMissing,
	replaceLocal,
	vendorInconsistent,
	vendorIncomplete,
	vcsStamping,
	filesExcluded,
	gomodUpdates,
	noModule,
	testCached,
}
