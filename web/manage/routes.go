package manage

import (
	"net/http"

	"balie/domain/access"
)

// Routes is the whole table.
func Routes() []Route {
	var all []Route
	for _, part := range [][]Route{
		overviewRoutes, organisationRoutes, wordingRoutes, departmentRoutes, addressRoutes, mailboxRoutes,
		keyRoutes, siteRoutes, hoursRoutes, targetRoutes, agentRoutes, skillRoutes, meRoutes, tokenRoutes, replyRoutes, outboxRoutes, organisationsRoutes, auditRoutes, waitingRoutes,
	} {
		all = append(all, part...)
	}
	return all
}

const (
	get  = http.MethodGet
	post = http.MethodPost
)

var overviewRoutes = []Route{
	{Method: get, Pattern: "/manage/{$}", Action: access.ReadInsight, show: showOverview},
	{Method: post, Pattern: "/manage/test-mail", Action: access.ChangeDesk, show: showOverview, do: sendTest},
}

var organisationRoutes = []Route{
	{Method: get, Pattern: "/manage/organisation", Action: access.ChangeOrg, show: showOrganisation},
	{Method: post, Pattern: "/manage/organisation", Action: access.ChangeOrg, show: showOrganisation, do: saveOrganisation},
}

var wordingRoutes = []Route{
	{Method: get, Pattern: "/manage/texts", Action: access.ChangeOrg, show: showTexts},
	{Method: get, Pattern: "/manage/texts/{key}", Action: access.ChangeOrg, show: showText},
	{Method: post, Pattern: "/manage/texts/{key}", Action: access.ChangeOrg, show: showText, do: saveText},
	{Method: post, Pattern: "/manage/texts/{key}/reset", Action: access.ChangeOrg, show: showText, do: resetText},
}

var departmentRoutes = []Route{
	{Method: get, Pattern: "/manage/departments", Action: access.ChangeDesk, show: showDepartments},
	{Method: post, Pattern: "/manage/departments", Action: access.ChangeDesk, show: showDepartments, do: saveDepartment},
	{Method: post, Pattern: "/manage/departments/{id}", Action: access.ChangeDesk, object: onDepartment, show: showDepartments, do: saveDepartment},
	{Method: post, Pattern: "/manage/departments/{id}/removal", Action: access.ChangeDesk, object: onDepartment, show: showDepartments, do: removeDepartment},
}

var addressRoutes = []Route{
	{Method: get, Pattern: "/manage/addresses", Action: access.ChangeDesk, show: showAddresses},
	{Method: post, Pattern: "/manage/addresses", Action: access.ChangeDesk, show: showAddresses, do: saveAddress},
	{Method: post, Pattern: "/manage/addresses/{id}", Action: access.ChangeDesk, object: onAddress, show: showAddresses, do: saveAddress},
	{Method: post, Pattern: "/manage/addresses/{id}/removal", Action: access.ChangeDesk, object: onAddress, show: showAddresses, do: removeAddress},
}

var mailboxRoutes = []Route{
	{Method: get, Pattern: "/manage/mailboxes", Action: access.ChangeDesk, show: showMailboxes},
	{Method: get, Pattern: "/manage/mailboxes/new", Action: access.ChangeDesk, show: showNewMailbox},
	{Method: post, Pattern: "/manage/mailboxes", Action: access.ChangeDesk, show: showNewMailbox, do: saveMailbox},
	{Method: get, Pattern: "/manage/mailboxes/{id}", Action: access.ChangeDesk, object: onMailbox, show: showMailbox},
	{Method: post, Pattern: "/manage/mailboxes/{id}", Action: access.ChangeDesk, object: onMailbox, show: showMailbox, do: saveMailbox},
	{Method: post, Pattern: "/manage/mailboxes/{id}/test", Action: access.ChangeDesk, object: onMailbox, show: showMailbox, do: testMailbox},
	{Method: post, Pattern: "/manage/mailboxes/{id}/removal", Action: access.ChangeDesk, object: onMailbox, show: showMailbox, do: removeMailbox},
}

var keyRoutes = []Route{
	{Method: get, Pattern: "/manage/keys", Action: access.ChangeDesk, show: showKeys},
	{Method: post, Pattern: "/manage/keys", Action: access.ChangeDesk, show: showKeys, do: makeKey},
	{Method: post, Pattern: "/manage/keys/{id}/use", Action: access.ChangeDesk, object: onKey, show: showKeys, do: useKey},
	{Method: post, Pattern: "/manage/keys/{id}/removal", Action: access.ChangeDesk, object: onKey, show: showKeys, do: removeKey},
}

var siteRoutes = []Route{
	{Method: get, Pattern: "/manage/sites", Action: access.ChangeDesk, show: showSites},
	{Method: post, Pattern: "/manage/sites", Action: access.ChangeDesk, show: showSites, do: saveSite},
	{Method: get, Pattern: "/manage/sites/{id}", Action: access.ChangeDesk, object: onSite, show: showSite},
	{Method: post, Pattern: "/manage/sites/{id}", Action: access.ChangeDesk, object: onSite, show: showSite, do: saveSite},
	{Method: post, Pattern: "/manage/sites/{id}/secret", Action: access.ChangeDesk, object: onSite, show: showSite, do: showSecret},
	{Method: post, Pattern: "/manage/sites/{id}/renewal", Action: access.ChangeDesk, object: onSite, show: showSite, do: renewSecret},
	{Method: post, Pattern: "/manage/sites/{id}/removal", Action: access.ChangeDesk, object: onSite, show: showSite, do: removeSite},
}

var hoursRoutes = []Route{
	{Method: get, Pattern: "/manage/hours", Action: access.ChangeHours, show: showHours},
	{Method: post, Pattern: "/manage/hours", Action: access.ChangeHours, show: showHours, do: saveHours},
	{Method: post, Pattern: "/manage/hours/removal", Action: access.ChangeHours, show: showHours, do: dropHours},
	{Method: post, Pattern: "/manage/holidays", Action: access.ChangeHours, show: showHours, do: saveHoliday},
	{Method: post, Pattern: "/manage/holidays/{date}/removal", Action: access.ChangeHours, show: showHours, do: removeHoliday},
}

var targetRoutes = []Route{
	{Method: get, Pattern: "/manage/targets", Action: access.ChangeHours, show: showTargets},
	{Method: post, Pattern: "/manage/targets", Action: access.ChangeHours, show: showTargets, do: saveTarget},
	{Method: post, Pattern: "/manage/targets/removal", Action: access.ChangeHours, show: showTargets, do: dropTarget},
}

var agentRoutes = []Route{
	{Method: get, Pattern: "/manage/agents", Action: access.ChangeAgents, show: showAgents},
	{Method: post, Pattern: "/manage/agents", Action: access.ChangeAgents, show: showAgents, do: inviteAgent},
	{Method: get, Pattern: "/manage/agents/{id}", Action: access.ChangeAgents, object: onAgent, show: showAgent},
	{Method: post, Pattern: "/manage/agents/{id}", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: saveAgent},
	{Method: post, Pattern: "/manage/agents/{id}/invitation", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: inviteAgain},
	{Method: post, Pattern: "/manage/agents/{id}/block", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: blockAgent},
	{Method: post, Pattern: "/manage/agents/{id}/unblock", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: unblockAgent},
	{Method: post, Pattern: "/manage/agents/{id}/second-step", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: resetSecondStep},
	{Method: post, Pattern: "/manage/agents/{id}/session", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: endSessionOf},
	{Method: post, Pattern: "/manage/agents/{id}/sessions", Action: access.ChangeAgents, object: onAgent, show: showAgent, do: endSessionsOf},
}

var skillRoutes = []Route{
	{Method: get, Pattern: "/manage/skills", Action: access.ChangeSkills, show: showSkills},
	{Method: post, Pattern: "/manage/skills", Action: access.ChangeSkills, show: showSkills, do: saveSkill},
	{Method: get, Pattern: "/manage/skills/{id}", Action: access.ChangeSkills, object: onSkill, show: showSkill},
	{Method: post, Pattern: "/manage/skills/{id}", Action: access.ChangeSkills, object: onSkill, show: showSkill, do: saveSkill},
	{Method: post, Pattern: "/manage/skills/{id}/agents", Action: access.ChangeSkills, object: onSkill, show: showSkill, do: giveSkill},
	{Method: post, Pattern: "/manage/skills/{id}/removal", Action: access.ChangeSkills, object: onSkill, show: showSkill, do: removeSkill},
}

var meRoutes = []Route{
	{Method: get, Pattern: "/manage/me", Action: access.Me, show: showMe},
	{Method: post, Pattern: "/manage/me", Action: access.Me, show: showMe, do: saveMe},
	{Method: post, Pattern: "/manage/me/picture", Action: access.Me, show: showMe, do: savePicture, limit: uploadLimit},
	{Method: post, Pattern: "/manage/me/picture-removal", Action: access.Me, show: showMe, do: removePicture},
	{Method: post, Pattern: "/manage/me/password", Action: access.Me, show: showMe, do: changePassword},
	{Method: post, Pattern: "/manage/me/passkey-removal", Action: access.Me, show: showMe, do: removePasskey},
	{Method: post, Pattern: "/manage/me/recovery", Action: access.Me, show: showMe, do: newRecovery},
	{Method: post, Pattern: "/manage/me/session", Action: access.MySessions, show: showMe, do: endMySession},
	{Method: post, Pattern: "/manage/me/sessions", Action: access.MySessions, show: showMe, do: endMySessions},
}

var tokenRoutes = []Route{
	{Method: get, Pattern: "/manage/tokens", Action: access.ChangeTokens, show: showTokens},
	{Method: post, Pattern: "/manage/tokens", Action: access.ChangeTokens, show: showTokens, do: makeToken},
	{Method: post, Pattern: "/manage/tokens/{id}/removal", Action: access.ChangeTokens, object: onToken, show: showTokens, do: revokeToken},
}

var replyRoutes = []Route{
	{Method: get, Pattern: "/manage/replies", Action: access.ChangeReplies, show: showReplies},
	{Method: get, Pattern: "/manage/replies/new", Action: access.ChangeReplies, show: showNewReply},
	{Method: post, Pattern: "/manage/replies", Action: access.ChangeReplies, show: showNewReply, do: saveReply},
	{Method: get, Pattern: "/manage/replies/{id}", Action: access.ChangeReplies, object: onReply, show: showReply},
	{Method: post, Pattern: "/manage/replies/{id}", Action: access.ChangeReplies, object: onReply, show: showReply, do: saveReply},
	{Method: post, Pattern: "/manage/replies/{id}/removal", Action: access.ChangeReplies, object: onReply, show: showReply, do: removeReply},
}

var outboxRoutes = []Route{
	{Method: get, Pattern: "/manage/outbox", Action: access.ReadOutbox, show: showOutbox},
	{Method: get, Pattern: "/manage/outbox/{id}", Action: access.ReadOutbox, object: onLetter, show: showLetter},
	{Method: get, Pattern: "/manage/outbox/{id}/html", Action: access.ReadOutbox, object: onLetter, show: showLetterHTML},
	{Method: post, Pattern: "/manage/outbox/{id}/resend", Action: access.ReadOutbox, object: onLetter, show: showLetter, do: resend},
}

var organisationsRoutes = []Route{
	{Method: get, Pattern: "/manage/organisations", Action: access.ListOrgs, show: showOrganisations},
	{Method: post, Pattern: "/manage/organisations", Action: access.CreateOrg, show: showOrganisations, do: createOrganisation},
}

var auditRoutes = []Route{
	{Method: get, Pattern: "/manage/audit", Action: access.ReadAudit, show: showAudit},
}

var waitingRoutes = []Route{
	{Method: get, Pattern: "/manage/waiting", Action: access.ReadInsight, show: showWaiting},
}
