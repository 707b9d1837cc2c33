package config

import (
	"fmt"
	"regexp"
	"strings"
)

// platforms are the chat services, by the prefix of their references.
var platforms = []string{"slack", "discord", "console"}

// The forms of ids. Slack: https://docs.slack.dev/reference/objects/conversation-object;
// Discord's are snowflakes: https://discord.com/developers/docs/reference#snowflakes.
var (
	channelIDs = map[string]*regexp.Regexp{
		"slack":   regexp.MustCompile(`^([TE][A-Z0-9]+/)?[CGD][A-Z0-9]+$`),
		"discord": regexp.MustCompile(`^[0-9]{1,20}$`),
		"console": regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`),
	}
	userIDs = map[string]*regexp.Regexp{
		"slack":   regexp.MustCompile(`^([TE][A-Z0-9]+/)?[UW][A-Z0-9]+$`),
		"discord": regexp.MustCompile(`^[0-9]{1,20}$`),
		"console": regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_-]*$`),
	}
	idExamples = map[string]string{"slack": "C0ACME", "discord": "\"9001\"", "console": "acme"}
	userHints  = map[string]string{"slack": "U0GIULIA", "discord": "\"301\"", "console": "giulia"}
)

// SplitRef takes a reference to a channel apart, "slack:C0ACME" or
// "slack:T1/C0ACME", and checks its form.
func SplitRef(ref string) (platform, id string, err error) {
	platform, id, found := strings.Cut(ref, ":")
	form, known := channelIDs[platform]
	switch {
	case !found:
		return "", "", fmt.Errorf("%q names no platform: write slack:C…, discord:… or console:…", ref)
	case !known:
		return "", "", fmt.Errorf("%s", unknown("platform", platform, platforms))
	case !form.MatchString(id):
		return "", "", fmt.Errorf("%q is not the id of a channel in %s: write it like %s:%s", id, platform, platform, strings.Trim(idExamples[platform], `"`))
	}
	return platform, id, nil
}

// checkUser checks the form of a person's id.
func checkUser(platform, id string) error {
	if !userIDs[platform].MatchString(id) {
		return fmt.Errorf("%q is not the id of a person in %s: write it like %s", id, platform, userHints[platform])
	}
	return nil
}
