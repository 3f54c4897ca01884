package functions

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	_ "redthread.dev/shared/channel/amazon"
	"redthread.dev/shared/flow"
	"redthread.dev/shared/function"
	"redthread.dev/shared/store/memory"
)

// wrong are values that no function must start with: for a setting of all functions that
// have it, or of one of them.
var wrong = map[string][]string{
	"ATTENTION_WEEK": {"-1", "three", "1.5", ""},
	"ATTENTION_DAY":  {"-1", "NaN"},
	"QUIET":          {"25-08", "21", "night", "21-08-09", "-1-08"},
	"CONTROL":        {"-0.1", "1.1", "2%", "NaN", "Inf"},
	"HOLDOUT":        {"-0.5", "-2", "1.1", "NaN"},
	"ZONE":           {"Europe/Kobenhavn", "", "Local", "../etc/passwd", "+01:00"},
	"CHANNELS":       {"emial", "email,fax", "email;audience"},

	"basketrecovery.MAX_AGE": {"-1h", "0", "9000h"},
	"WAIT":                   {"-1h", "0", "soon", "3600", "100000h", ""},
	"SECOND":                 {"-1s", "1000000h"},
	"THIRD":                  {"-1s", "1000000h"},
	"MAX":                    {"-1", "4"},
	"VIP_SPENT":              {"-1", "1e5", "99999999999999999999", "3000 DKK"},
	"BASKET_URL":             {"", "traadogtrae.example/kurv", "ftp://a.example", "javascript:alert(1)", "https://", "https://u:hush@a.example"},
	"SHOP_URL":               {"", "/shop", "file:///etc/passwd", "https://a b.example", "https://u:hush@a.example"},
	"REMIND":                 {"-48h", "0s", "9999h"},
	"LAST_CALL":              {"-24h", "9999h"},
	"HIGH":                   {"-1.1", "2", "bad", "NaN"},
	"REACH":                  {"-1", "many"},
	"DUE_HIGH":               {"-1h", "0", "9999h"},
	"DUE_NORMAL":             {"-1h", "0", "9999h"},
	"SETTLE":                 {"-1s", "48h"},
	"AMBASSADOR":             {"0", "-3"},
	"VIEWS":                  {"0", "-1"},
	"WITHIN":                 {"-1h", "9999h"},
	"AFTER_PICKUP":           {"-1h", "0", "9999h"},
	"AFTER_SERVICE":          {"-1h", "0", "9999h"},
	"EVERY":                  {"-1h", "0", "9999h"},
	"DUE":                    {"-1h", "0", "9999h"},
	"SURVEY_URL":             {"", "/sig-frem", "https://u:hush@a.example"},
	"REVIEW_URL":             {"", "/anmeld", "javascript:alert(1)", "https://u:hush@a.example"},
	"ORDERS":                 {"0", "-1", "17"},
	"CLUB_URL":               {"", "/klub", "https://u:hush@a.example"},
	"ASK_URL":                {"", "ftp://a.example", "https://u:hush@a.example"},
	"LOOKS":                  {"1", "-3", "37", "often"},
	"AGAIN":                  {"-1h", "0", "9999h"},
	"BASKET":                 {"-1h", "0", "9999h"},
	"TIMES":                  {"0", "-1", "11"},
	"DECAY":                  {"-0.1", "1.1", "NaN"},
	"LEAST":                  {"-1", "NaN", "3 DKK"},
	"WORTH":                  {"lifestage", "lifestage:", "lifestage:-1", "lifestage:NaN", "lifestage:Inf", "lifestage:1,", "vistprep:3"},
	"POINTS":                 {"-1", "1.5"},
	"SYSTEMS":                {"shop,the till", "../erp", "shop;erp"},
	"POINTS_PER_KRONE":       {"-1", "1.5", "1001"},
	"ORDER_WAIT":             {"-1h", "0", "9999h"},
	"BOOK_AFTER":             {"0s", "-1s", "25h"},
	"profileenrich.EVERY":    {"-1h", "0", "23h", "2161h"},
	"DESK":                   {"everything", "name,age"},
	"COUNTER":                {"all"},
	"FRESH":                  {"-1h", "0", "9999h"},
	"SCORE":                  {"0", "-1", "101", "high"},
	"HIGH_TICKET":            {"0", "-1", "1e6"},
	"salesbrief.EVERY":       {"-1h", "0", "2161h"},
	"RESEARCHED":             {"0", "-1", "31", "often"},
	"KM":                     {"-1", "1001", "NaN", "Inf", "25 km"},
	"affinity.EVERY":         {"-1h", "9999h"},
	"visitprep.EVERY":        {"-1h", "0", "59s", "9999h"},
	"visitprep.LOOKS":        {"-1", "91", "1.5", "often"},
	"visitprep.AGAIN":        {"-1h", "0", "2161h"},
	"COLLECT_URL":            {"", "/klik-og-hent", "https://u:hush@a.example"},
	"AHEAD":                  {"-1h", "0", "721h"},
	"TOGETHER":               {"-1h", "721h", "a week"},
	"AT_TILL":                {"-1h", "721h", "never"},
	"GAPS":                   {"2", "-1", "16"},
	"STAY":                   {"-1h", "9999h"},
	"TOP":                    {"0", "-1", "102", "a fifth"},
	"SPENT":                  {"0", "-1", "450.00", "450 DKK"},
	"HELP_URL":               {"", "/kontakt", "https://u:hush@a.example"},
	"DAYS":                   {"2", "-9", "61", "nine"},
	"COUNTRY":                {"", "NO", "Denmark"},
	"GIFT_SHOP":              {"maybe", "2"},
	"VISIT":                  {"-1h", "0", "25h"},
	"PAUSE":                  {"-1m", "25h"},
	"LIST_URL":               {"", "/i-butikken", "https://u:hush@a.example"},
	"GUIDE_URL":              {"", "/guider", "javascript:alert(1)", "https://u:hush@a.example"},
	"STALE":                  {"-1h", "0", "721h"},
	"newsletteroffers.LEAST": {"-0.1", "101", "NaN"},
	"SEASON":                 {"-1h", "0", "9999h", "90 days"},
	"MARGIN":                 {"-0.1", "1.1", "40 %", "NaN"},
	"UPLIFT":                 {"-0.1", "11", "NaN", "Inf"},
	"LIST":                   {"", "a/../b", "a b", ".hidden", strings.Repeat("a", 65)},
	"AUDIENCE":               {"", "a/../b", "a b", ".hidden", "-x", strings.Repeat("a", 65), "æ"},

	"SOURCES":       {"hush", "- {name: shop, keys: hush}", "- {name: shop, keys: [whsec_hush], sources: [/shop], types: [a]}"},
	"SOURCES_FILE":  {"/none", "/"},
	"OIDC_ISSUER":   {"issuer.example", "http://issuer.example", "https://u:hush@issuer.example"},
	"OIDC_AUDIENCE": {""},

	"DEFAULT_COUNTRY": {"ZZ", "Denmark", "D", "45", "../DK"},
	"IDENTITY_KEY":    {"", "hush"},
	"KIOSKS":          {"till-7", "device:", ":till", "device:till-7,", "Device:x"},
	"STRONG_LIMIT":    {"0", "-1", "6"},
	"COMPANY_LIMIT":   {"-1", "24", "10001"},
	"HISTORY_LIMIT":   {"0", "-1", "1000001"},
	"BATCH":           {"0", "-1", "100001"},
	"PACE":            {"0", "-1", "20001"},
	"LATE":            {"-1h", "721h"},
	"KEEP":            {"0", "-1h", "1000000h"},
	"PATIENCE":        {"-1h", "721h", "a day"},
	"LINK_KEY":        {"", "hush", ","},
	"PUBLIC_URL":      {"", "shop.example", "smtp://shop.example", "https://shop.example/?a=1", "https://u:hush@shop.example"},
	"BRAND":           {"/none", "testdata/nosuch.yaml"},
	"OUTBOX":          {"", " ", "/dev/null/outbox"},
	"consent.OUTBOX":  {"", " "}, // it only looks there
	"TRACK":           {"click", "clicks,pixels", "clicks,"},

	"SMTP_URL": {"mail.example:25", "http://u:hush@mail.example", "smtp://", "smtp://u:hush@mail.example:0",
		"smtp://u:hush@mail.example:70000", "smtp://u:hush@mail.example?starttls=maybe", "smtp://u:hush@mail.example?startls=none"},
	"SMTP_CA":              {"/none"},
	"SES_URL":              {"eu-north-1", "https://eu-north-1", "ses://Ireland", "ses://eu-north-1/a/b", "ses://eu-north-1?set=a", "ses://key:hush@eu-north-1/a"},
	"SNS_URL":              {"eu-north-1", "ses://eu-north-1", "sns://Ireland", "sns://eu-north-1/a", "sns://key:hush@eu-north-1"},
	"SNS_TOPICS":           {"bounces", "arn:aws:sqs:eu-north-1:123456789012:bounces", "arn:aws:sns:eu-north-1:123456789012:a,b"},
	"SENDER":               {"Tråd & Træ", "TwelveLetter", "12", "+", "0045", "Shop DK"},
	"SEGMENTS":             {"0", "-1", "11", "many"},
	"OPT_OUT":              {"", "letter", "reply", "link,reply"},
	"VAPID_KEY":            {"hush", strings.Repeat("f", 64), strings.Repeat("0", 64)},
	"VAPID_SUBJECT":        {"", "postmaster", "mailto:ops@localhost", "http://shop.example", "https://u:hush@shop.example"},
	"PUSH_SERVICES":        {"", "*", "*.com", "127.0.0.1", "https://push.example", "fcm.googleapis.com,localhost"},
	"FCM_KEY":              {"hush", "{}", `{"type":"service_account","project_id":"p","client_email":"e","private_key":"hush"}`},
	"TTL":                  {"-1s", "673h", "a day"},
	"WEBHOOK_URL":          {"hook.example", "ftp://u:hush@hook.example", "http://u:hush@hook.example", "https://"},
	"WEBHOOK_SECRET":       {"hush", "whsec_hush", ""},
	"HUBSPOT_TOKEN":        {"Bearer hush", "hush\nhush"},
	"HUBSPOT_URL":          {"", "api.hubapi.com", "ftp://a.example", "https://u:hush@a.example", "http://a.example"},
	"HUBSPOT_LIMIT":        {"9", "-1", "251", "many"},
	"HUBSPOT_OWNER":        {"kim", "-1"},
	"GOOGLE_ADS_KEY":       {"hush", "{}"},
	"GOOGLE_ADS_ACCOUNT":   {"", "123-456-7890", "shop"},
	"GOOGLE_ADS_MANAGER":   {"123-456-7890", "shop"},
	"GOOGLE_ADS_AUDIENCES": {"", "store-visitors", "store-visitors:visitors", ":1", "a:1,a:2", "a:1,"},
	"GOOGLE_ADS_LIMIT":     {"9", "-1", "301", "many"},
	"META_TOKEN":           {"Bearer hush", "hush\nhush"},
	"META_AUDIENCES":       {"", "store-visitors", "store-visitors:act_1", ":1", "a:1,a:2"},
	"META_VERSION":         {"", "25.0", "v25", "v25.0/act_1"},
	"RATE":                 {"-1", "NaN", "Inf", "2000000"},
	"CONCURRENCY":          {"0", "-1", "10001"},
	"TIMEOUT":              {"0", "-1s", "21s"},
	"LEASE":                {"0", "-1s", "15s", "25h"},
	"MAX_AGE":              {"0", "-1h", "9000h"},
	"MAX_ATTEMPTS":         {"0", "-1", "1001"},

	"RT_URL":           {"rt.example", "ftp://a.example", "http://rt.example", "https://u:hush@a.example", "https://rt.example?hush=1"},
	"RT_TOKEN":         {"", "token hush", "hush\nhush"},
	"RT_QUEUE":         {"", " Service"},
	"ZENDESK_URL":      {"shop.zendesk.com", "ftp://a.example", "http://shop.example", "https://u:hush@a.example", "https://a.example/#hush"},
	"ZENDESK_USER":     {"agent", "agent@shop.example/hush", "agent@shop.example:hush"},
	"ZENDESK_TOKEN":    {"", "Bearer hush", "hush\nhush"},
	"CHATWOOT_URL":     {"app.example", "ftp://a.example", "http://chat.example", "https://u:hush@a.example", "https://chat.example?hush=1"},
	"CHATWOOT_TOKEN":   {"", "Bearer hush", "hush\nhush"},
	"CHATWOOT_ACCOUNT": {"", "ours", "-1"},
	"CHATWOOT_INBOX":   {"", "../hush", "hush hush"},
	"BOOKING_URL":      {"erp.example", "http://erp.example", "ftp://erp.example"},
	"BOOKING_SECRET":   {"hush", "whsec_hush", ""},
	"TILL_URL":         {"tills.example", "http://tills.example", "ftp://tills.example"},
	"TILL_SECRET":      {"hush", "whsec_hush", ""},
}

// free are the settings that may be any text.
var free = map[string]string{
	"SENSITIVE": "a shop's categories have the names it gives them",
	"CHILD":     "a shop's categories have the names it gives them",
	"MOVE":      "likewise",
	"PET":       "likewise",
	"PAGES":     "likewise",
	"VOUCHER":   "a code is whatever the shop's till takes",
	"OFFERS":    "a shop's products have the numbers it gives them",
}

// needed is what a function must be told besides for one setting to be looked at.
var needed = map[string]map[string]string{
	"SMTP_CA":              {"SMTP_URL": "smtp://mail.example"},
	"OIDC_ISSUER":          {"OIDC_AUDIENCE": "ingest"},
	"OIDC_AUDIENCE":        {"OIDC_ISSUER": "https://issuer.example"},
	"HUBSPOT_URL":          {"HUBSPOT_TOKEN": "pat-eu1-0000aaaa"},
	"HUBSPOT_OWNER":        {"HUBSPOT_TOKEN": "pat-eu1-0000aaaa"},
	"GOOGLE_ADS_KEY":       {"GOOGLE_ADS_ACCOUNT": "1234567890", "GOOGLE_ADS_AUDIENCES": "store-visitors:1"},
	"GOOGLE_ADS_ACCOUNT":   {"GOOGLE_ADS_KEY": "{}", "GOOGLE_ADS_AUDIENCES": "store-visitors:1"},
	"GOOGLE_ADS_MANAGER":   {"GOOGLE_ADS_KEY": "{}", "GOOGLE_ADS_ACCOUNT": "1234567890", "GOOGLE_ADS_AUDIENCES": "store-visitors:1"},
	"GOOGLE_ADS_AUDIENCES": {"GOOGLE_ADS_KEY": "{}", "GOOGLE_ADS_ACCOUNT": "1234567890"},
	"META_TOKEN":           {"META_AUDIENCES": "store-visitors:1"},
	"META_AUDIENCES":       {"META_TOKEN": "EAAB"},
	"META_VERSION":         {"META_TOKEN": "EAAB", "META_AUDIENCES": "store-visitors:1"},
	"VAPID_KEY":            {"VAPID_SUBJECT": "https://shop.example"},
	"VAPID_SUBJECT":        {"VAPID_KEY": strings.Repeat("7", 64)},
	"WEBHOOK_URL":          {"WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	"WEBHOOK_SECRET":       {"WEBHOOK_URL": "https://hook.example/x"},

	"RT_URL":           {"RT_TOKEN": "1-14-0000aaaa"},
	"RT_TOKEN":         {"RT_URL": "https://rt.shop.example"},
	"RT_QUEUE":         {"RT_URL": "https://rt.shop.example", "RT_TOKEN": "1-14-0000aaaa"},
	"ZENDESK_URL":      {"ZENDESK_TOKEN": "0000aaaa"},
	"ZENDESK_USER":     {"ZENDESK_URL": "https://shop.zendesk.com", "ZENDESK_TOKEN": "0000aaaa"},
	"ZENDESK_TOKEN":    {"ZENDESK_URL": "https://shop.zendesk.com"},
	"CHATWOOT_URL":     {"CHATWOOT_TOKEN": "0000aaaa", "CHATWOOT_ACCOUNT": "3", "CHATWOOT_INBOX": "0000bbbb"},
	"CHATWOOT_TOKEN":   {"CHATWOOT_URL": "https://chat.shop.example", "CHATWOOT_ACCOUNT": "3", "CHATWOOT_INBOX": "0000bbbb"},
	"CHATWOOT_ACCOUNT": {"CHATWOOT_URL": "https://chat.shop.example", "CHATWOOT_TOKEN": "0000aaaa", "CHATWOOT_INBOX": "0000bbbb"},
	"CHATWOOT_INBOX":   {"CHATWOOT_URL": "https://chat.shop.example", "CHATWOOT_TOKEN": "0000aaaa", "CHATWOOT_ACCOUNT": "3"},
	"BOOKING_URL":      {"BOOKING_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	"BOOKING_SECRET":   {"BOOKING_URL": "https://erp.example/x"},
	"TILL_URL":         {"TILL_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"},
	"TILL_SECRET":      {"TILL_URL": "https://tills.example/x"},
}

// shownAsItIs tells whether an error shows the setting's value: secrets stay secret, and so
// do addresses that may hold one.
func shownAsItIs(setting, value string) bool {
	return !slices.Contains([]string{"IDENTITY_KEY", "LINK_KEY", "VAPID_KEY", "FCM_KEY", "GOOGLE_ADS_KEY", "META_TOKEN", "SMTP_URL", "WEBHOOK_URL", "WEBHOOK_SECRET", "BOOKING_URL", "BOOKING_SECRET", "TILL_URL", "TILL_SECRET", "CHATWOOT_INBOX"}, setting) && !strings.Contains(value, "hush")
}

func started(t *testing.T, spec function.Spec, settings map[string]string) error {
	t.Helper()
	all := map[string]string{"IDENTITY_KEY": strings.Repeat("k", 32), "LINK_KEY": strings.Repeat("l", 32), "OUTBOX": filepath.Join(t.TempDir(), "outbox")}
	maps.Copy(all, settings)
	f, err := spec.New(function.Env{Store: memory.New(), Now: time.Now, Override: map[string]map[string]string{spec.Name: all}})
	if err == nil && f.Close != nil {
		require.NoError(t, f.Close())
	}
	return err
}

// settable are a function's settings; those of the policy belong to each flow.
func settable(spec function.Spec) []string {
	names := slices.Collect(maps.Keys(function.Defaults(spec.Settings)))
	if slices.ContainsFunc(Flows, func(d flow.Definition) bool { return d.Name == spec.Name }) {
		names = slices.AppendSeq(names, maps.Keys(function.Defaults(new(flow.Policy))))
	}
	slices.Sort(names)
	return names
}

func TestEverySettingThatIsWrongIsRefusedAtTheStart(t *testing.T) {
	for _, spec := range All {
		require.NoError(t, started(t, spec, nil), spec.Name)
		for _, setting := range settable(spec) {
			values, special := wrong[spec.Name+"."+setting]
			if !special {
				values = wrong[setting]
			}
			require.True(t, len(values) > 0 || free[setting] != "", "%s.%s: a wrong value is missing here, or why there is none", spec.Name, setting)
			for _, value := range values {
				settings := map[string]string{}
				maps.Copy(settings, needed[setting])
				settings[setting] = value
				err := started(t, spec, settings)
				require.ErrorContains(t, err, "settings of "+spec.Name+": ", "%s=%q", setting, value)
				require.ErrorContains(t, err, setting, value)
				require.ErrorContains(t, err, "expected", "%s=%q", setting, value)
				require.NotContains(t, err.Error(), "hush", "it is a password")
				if amount := strings.TrimLeft(value[strings.LastIndex(value, ",")+1:], "-0."); shownAsItIs(setting, value) && amount != "" {
					require.ErrorContains(t, err, strings.TrimSuffix(amount, "h"), "%s=%q", setting, value)
				}
			}
		}
	}
}

func TestWhatIsRightIsTaken(t *testing.T) {
	for setting, values := range map[string][]string{
		"QUIET":           {"off", "", "21:30-08:00"},
		"HOLDOUT":         {"-1", "0", "1", "0.5"},
		"ZONE":            {"UTC", "America/Argentina/Buenos_Aires"},
		"CHANNELS":        {"email", "sms,push,email"},
		"AUDIENCE":        {"store-visitors_2"},
		"DEFAULT_COUNTRY": {"SE", "", "gb"},
		"KIOSKS":          {"", "device:till-7", "device:till-7, cookie:a:b"},
		"PATIENCE":        {"0s", "0", "720h"},
		"PUBLIC_URL":      {"https://shop.example/post", "http://127.0.0.1:8080"},
		"TRACK":           {"none", "clicks,opens"},
		"SETTLE":          {"0"},
		"COUNTRY":         {"SE"},
		"GIFT_SHOP":       {"true", "0"},
		"SMTP_URL":        {"smtps://u:p@mail.example", "smtp://mail.example:25?starttls=none"},
		"SES_URL":         {"ses://eu-north-1", "ses://eu-north-1/shop_mails-2"},
		"SNS_URL":         {"sns://eu-north-1"},
		"SNS_TOPICS":      {"arn:aws:sns:eu-north-1:123456789012:bounces,arn:aws-cn:sns:cn-north-1:123456789012:bounces.fifo"},
		"PUSH_SERVICES":   {"fcm.googleapis.com", "*.push.apple.com,push.shop.example"},
		"TTL":             {"0s", "672h"},
		"SENDER":          {"", "TraadTrae", "7-Eleven", "1919", "+4591234567"},
	} {
		for _, spec := range All {
			if !slices.Contains(settable(spec), setting) {
				continue
			}
			for _, value := range values {
				require.NoError(t, started(t, spec, map[string]string{setting: value}), "%s.%s=%s", spec.Name, setting, value)
			}
		}
	}
}

func TestAFileThatIsNoBrandIsRefusedByTheSettingsName(t *testing.T) {
	file := filepath.Join(t.TempDir(), "brand.yaml")
	require.NoError(t, os.WriteFile(file, []byte("name: x\ncolour: red\n"), 0o600))
	for _, name := range []string{"email", "consent"} {
		spec, _ := Named(name)
		err := started(t, spec, map[string]string{"BRAND": file})
		require.ErrorContains(t, err, "settings of "+name+`: BRAND is "`+file+`", expected a brand.yaml: `)
		require.ErrorContains(t, err, "colour")
	}
}
