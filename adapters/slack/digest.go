package slack

import (
	"crypto/sha256"
	"encoding/hex"
)

// aliasMark begins the alias of a command. No command does.
const aliasMark = "#"

// digest names something in few characters.
func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:16])
}
