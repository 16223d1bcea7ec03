package scanfile

// What is believed of a file. All of it is more than any machine has: a cache of 20,000 module versions with its 2,000
// projects comes to a tenth. The figures are such that a file made to hurt costs some hundred MiB, however it is made, and
// that sums of sizes, multiplied by the cells of a terminal, are still numbers.
const (
	fileMax   = 128 << 20 // bytes of the file
	stringMax = 64 << 10  // bytes of a string
	numberMax = 40        // of a number that is not a whole one
	deepMax   = 16        // values in each other

	intMax  = 1 << 59
	sizeMax = 1 << 50 // of one thing
	sumMax  = 1 << 53 // of all sizes in the file

	versionsMax = 200_000
	namesMax    = 400_000 // module versions that anything names, and directories that replace modules
	projectsMax = 50_000
	indexesMax  = 12_000_000 // requirements, uses, lines of go.sum files: all together
	sumsMax     = 4_000_000  // of those, lines of go.sum files
	textsMax    = 1_000_000  // strings in lists of strings, likewise
	listMax     = 100_000    // of anything else that is a list of objects, all lists of that name together
	fewMax      = 2_000      // likewise, of what one looks at one by one
	wordsMax    = 500_000    // words of which one copy is kept; more are read all the same
	allMax      = 800_000    // objects in lists, all together
)

// The years that times may be in. Beyond them a time cannot be written as RFC 3339 in every zone.
const (
	yearMin = 2
	yearMax = 9998
)
