// Package config reads what a vendor sets: the configuration, and the
// directory of its subscribers. Reading is strict and complete: an unknown key is
// refused with the nearest known one, and all mistakes of both files are
// reported at once, each with its file, line and path.
//
// Whatever a file leaves out comes from defaults.yaml beside this comment.
package config
