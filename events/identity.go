package events

// Identifiers are what names a customer: identifier type to value. Known types are
// login, email, loyalty_card, phone (E.164) and crm_id, which are strong; cookie,
// device, push_token, instagram, facebook, x, tiktok and trustpilot, which are weak;
// and profile, redthread's own id. Any other type of lower-case letters, digits and _
// is weak.
type Identifiers map[string]string

// The identifier types that redthread knows. Login, e-mail, loyalty card, phone and
// CRM id are strong: they name one person for good. The rest are weak.
const (
	IDLogin       = "login"
	IDEmail       = "email"
	IDLoyaltyCard = "loyalty_card"
	IDPhone       = "phone" // E.164
	IDCRM         = "crm_id"
	IDCookie      = "cookie"
	IDDevice      = "device"
	IDPushToken   = "push_token" // FCM's registration token, or the JSON of a browser's PushSubscription
	IDInstagram   = "instagram"
	IDFacebook    = "facebook"
	IDX           = "x"
	IDTikTok      = "tiktok"
	IDTrustpilot  = "trustpilot"
	// IDProfile is redthread's own profile id: links we sent and providers' webhooks
	// name a customer by it, without personal data.
	IDProfile = "profile"
)

// Strong tells whether an identifier of this type names one person for good, so
// that two profiles which share it are the same customer.
func Strong(idType string) bool {
	switch idType {
	case IDLogin, IDEmail, IDLoyaltyCard, IDPhone, IDCRM:
		return true
	}
	return false
}
