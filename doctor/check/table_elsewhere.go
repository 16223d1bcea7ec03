package check

// elsewhere are the checks of what other machines do with the same project, and what the world says of its versions.
var elsewhere = []*Check{
	ciGoVersion,
	moduleRetracted,
	moduleDeprecated,
	vulnerable,
}
