package station

import (
	"fmt"
	"time"

	"bandstand/internal/command"
	"bandstand/internal/config"
)

// roles are who may do what by the configuration.
func roles(networks []config.IRC) ([]command.Grant, error) {
	var all []command.Grant
	for _, n := range networks {
		for _, text := range n.Roles {
			g, err := command.ParseGrant(n.Name, text)
			if err != nil {
				return nil, fmt.Errorf("the roles of the network %s: %w", n.Name, err)
			}
			all = append(all, g)
		}
	}
	return all, nil
}

// limits are what people from afar may take by the configuration.
func limits(l config.Limits) command.Limits {
	return command.Limits{
		PersonSongs: l.PersonSongs, PersonEvery: time.Duration(l.PersonEvery) * time.Second,
		ChannelSongs: l.ChannelSongs, ChannelEvery: time.Duration(l.ChannelEvery) * time.Second,
		QueueShare: l.QueueShare, SkipShare: l.SkipShare, SkipWindow: time.Duration(l.SkipWindow) * time.Minute,
	}
}
