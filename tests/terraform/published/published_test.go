package published

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// bindings are small ones, in the form of those that are generated.
var bindings = map[string]string{
	"provider": `
export interface GoogleProviderConfig {
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs#batching GoogleProvider#batching}
  */
  readonly batching?: GoogleProviderBatching;
}
export interface GoogleProviderBatching {
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs#send_after GoogleProvider#send_after}
  */
  readonly sendAfter: string;
}
export class GoogleProvider extends cdktf.TerraformProvider {
  public static readonly tfResourceType = "google";
  // batching - computed: false, optional: true, required: false
  private _batching?: GoogleProviderBatching; 
  public get batching() {
}
`,
	"shop": `
export interface ShopConfig extends cdktf.TerraformMetaArguments {
  /**
  * Kind of shop. Possible values: ["LARGE", "SMALL"]
  *
  * Docs at Terraform Registry: {@link https://registry.example/docs#kind Shop#kind}
  */
  readonly kind: string;
  /**
  * Docs at Terraform Registry: {@link https://registry.example/docs#shelf Shop#shelf}
  */
  readonly shelf: ShopShelf[] | cdktf.IResolvable;
}
export class ShopShelfOutputReference extends cdktf.ComplexObject {
  // label - computed: false, optional: true, required: false
  private _label?: { [key: string]: string }; 
  public get label() {
  // place - computed: true, optional: false, required: false
  public get place() {
    return this.getNumberAttribute('place');
}
export class ShopOwnerOutputReference extends cdktf.ComplexObject {
  // name - computed: true, optional: false, required: false
  public get name() {
    return this.getStringAttribute('name');
}
export class Shop extends cdktf.TerraformResource {
  public static readonly tfResourceType = "google_shop";
  // kind - computed: false, optional: false, required: true
  private _kind?: string; 
  public get kind() {
  // open_on - computed: true, optional: true, required: false
  private _openOn?: string[]; 
  public get openOn() {
  // owner - computed: true, optional: false, required: false
  private _owner = new ShopOwnerList(this, "owner", false);
  public get owner() {
  // shelf - computed: false, optional: false, required: true
  private _shelf = new ShopShelfList(this, "shelf", true);
  public get shelf() {
  protected synthesizeHclAttributes(): { [name: string]: any } {
    const attrs = {
      open_on: {
        value: cdktf.listMapperHcl(cdktf.stringToHclTerraform, false)(this._openOn),
        isBlock: false,
        type: "set",
        storageClassType: "stringList",
      },
    };
  }
}
`,
}

// packed is a package of the bindings in a cache of the test's own.
func packed(t *testing.T) Release {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir()) // where there is no XDG
	var text bytes.Buffer
	zipped := gzip.NewWriter(&text)
	archive := tar.NewWriter(zipped)
	for name, source := range bindings {
		carried, err := json.Marshal(map[string]any{"sourcesContent": []string{source}})
		require.NoError(t, err)
		file := "\"use strict\";\n//# sourceMappingURL=data:application/json;base64," + base64.StdEncoding.EncodeToString(carried) + "\n"
		require.NoError(t, archive.WriteHeader(&tar.Header{Name: "package/lib/" + name + "/index.js", Mode: 0o644, Size: int64(len(file))}))
		_, err = archive.Write([]byte(file))
		require.NoError(t, err)
	}
	require.NoError(t, archive.Close())
	require.NoError(t, zipped.Close())
	sum := sha512.Sum512(text.Bytes())
	r := Release{Package: "@shop/bindings", Version: "1.0.0", Integrity: "sha512-" + base64.StdEncoding.EncodeToString(sum[:]), Provider: "1.2.3"}
	file, err := r.file()
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o750))
	require.NoError(t, os.WriteFile(file, text.Bytes(), 0o600))
	return r
}

func TestASchemaIsReadFromTheSourceThatBindingsCarry(t *testing.T) {
	s, err := packed(t).Schema([]string{"google_shop"}, nil)
	require.NoError(t, err)
	require.Equal(t, Block{
		Attributes: map[string]Attribute{
			"kind":    {Type: "string", Required: true, Description: `Kind of shop. Possible values: ["LARGE", "SMALL"]`},
			"open_on": {Type: []any{"set", "string"}, Optional: true, Computed: true},
			"owner":   {Type: []any{"list", []any{"object", map[string]any{"name": "string"}}}, Computed: true},
		},
		Nested: map[string]Nested{"shelf": {Mode: "set", Min: 1, Block: Block{
			Attributes: map[string]Attribute{
				"label": {Type: []any{"map", "string"}, Optional: true},
				"place": {Type: "number", Computed: true},
			},
			Nested: map[string]Nested{},
		}}},
	}, s.Resources["google_shop"].Block)
	require.Equal(t, map[string]Nested{"batching": {Mode: "list", Max: 1, Block: Block{
		Attributes: map[string]Attribute{"send_after": {Type: "string", Required: true}}, Nested: map[string]Nested{},
	}}}, s.Provider.Block.Nested)
}

func TestAResourceThatIsNotThereIsAnError(t *testing.T) {
	_, err := packed(t).Schema([]string{"google_market"}, nil)
	require.ErrorContains(t, err, "there is no TerraformResource google_market")
}

func TestAPackageThatIsNotTheOneWeKnowIsRefused(t *testing.T) {
	r := packed(t)
	r.Integrity = Newest.Integrity
	_, err := r.Schema([]string{"google_shop"}, nil)
	require.ErrorContains(t, err, "expected "+Newest.Integrity)
}

func TestWithoutNPMThereIsNoPackage(t *testing.T) {
	r := packed(t)
	r.Version = "2.0.0"
	t.Setenv("PATH", t.TempDir())
	require.ErrorIs(t, r.Fetch(t.Context()), ErrNoPackage)
}
