package terraform_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"

	"redthread.dev/tests/emulators/stores"
)

const eks = "examples/eks-dynamodb"

// account is Amazon's side of examples/eks-dynamodb in the emulator: a cluster with its
// provider of identities.
type account struct {
	*stage
	address, prefix string
}

// opened makes the cluster, which the example expects to be there.
func opened(s *stage) account {
	s.Helper()
	url := stores.DynamoDB(s) // its tables are dropped with the test, whatever happens
	a := account{s, stores.Amazon(s).Address, strings.TrimPrefix(url, "dynamodb://"+stores.Region+"/")}
	for name, value := range stores.AWS(a.address) {
		a.env = append(a.env, name+"="+value)
	}
	a.post("eks", "/clusters", "application/json", fmt.Sprintf(
		`{"name":%q,"roleArn":"arn:aws:iam::123456789012:role/cluster","resourcesVpcConfig":{"subnetIds":["subnet-1","subnet-2"]}}`, a.prefix))
	var described struct {
		Cluster struct {
			Identity struct{ OIDC struct{ Issuer string } }
		}
	}
	require.NoError(s, json.Unmarshal(a.ask(http.MethodGet, "eks", "/clusters/"+a.prefix, "", ""), &described))
	issuer := described.Cluster.Identity.OIDC.Issuer
	require.NotEmpty(s, issuer)
	a.post("iam", "/", "application/x-www-form-urlencoded", "Action=CreateOpenIDConnectProvider&Version=2010-05-08&Url="+issuer+
		"&ThumbprintList.member.1=0123456789012345678901234567890123456789&ClientIDList.member.1=sts.amazonaws.com")
	text, err := json.Marshal(map[string]any{
		"region": stores.Region, "cluster": a.prefix, "prefix": a.prefix, "image": "registry.example/redthread:1", "deletion_protection": false,
		"public_url": "https://shop.example", "sender": "Shop",
		"ses": map[string]any{"identities": []string{"arn:aws:ses:" + stores.Region + ":123456789012:identity/shop.example"}, "configuration_set": "redthread"},
	})
	require.NoError(s, err)
	require.NoError(s, os.WriteFile(filepath.Join(s.top, eks, "test.auto.tfvars.json"), text, 0o600))
	return a
}

func (a account) post(service, path, kind, body string) {
	a.Helper()
	a.ask(http.MethodPost, service, path, kind, body)
}

// ask calls Amazon's emulator, which reads the service from the signature and does not
// check it.
func (a account) ask(method, service, path, kind, body string) []byte {
	a.Helper()
	req, err := http.NewRequest(method, a.address+path, strings.NewReader(body))
	require.NoError(a, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=redthread/20260101/"+stores.Region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	res, err := http.DefaultClient.Do(req)
	require.NoError(a, err)
	defer res.Body.Close()
	answer := make([]byte, 0, 4096)
	for chunk := make([]byte, 4096); ; {
		n, err := res.Body.Read(chunk)
		answer = append(answer, chunk[:n]...)
		if err != nil {
			break
		}
	}
	require.Less(a, res.StatusCode, 300, "%s %s: %s", service, path, answer)
	return answer
}

// roles are the names of the roles and policies of the prefix.
func (a account) roles() []string {
	a.Helper()
	var found []string
	for _, action := range []string{"ListRoles", "ListPolicies"} {
		text := string(a.ask(http.MethodPost, "iam", "/", "application/x-www-form-urlencoded", "Action="+action+"&Version=2010-05-08&MaxItems=1000"))
		for _, tag := range []string{"RoleName", "PolicyName"} {
			for _, part := range strings.Split(text, "<"+tag+">")[1:] {
				if name, _, _ := strings.Cut(part, "<"); strings.HasPrefix(name, a.prefix) {
					found = append(found, name)
				}
			}
		}
	}
	return found
}
