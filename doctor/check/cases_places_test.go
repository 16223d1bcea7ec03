package check

var placesCases = []labCase{}
