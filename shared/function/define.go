package function

// Define ties a function's manifest, settings and work together. The settings S are read
// by envconfig when the function is made; open returns what it does, and the manifest is
// filled in.
func Define[S any](name string, manifest []byte, open func(S, Env) (*Function, error)) Spec {
	return Spec{Name: name, Manifest: manifest, Settings: new(S), New: func(env Env) (*Function, error) {
		m, err := ParseManifest(name, manifest)
		if err != nil {
			return nil, err
		}
		var s S
		if err := Settings(env, name, &s); err != nil {
			return nil, err
		}
		f, err := open(s, env)
		if err != nil {
			return nil, err
		}
		f.Manifest = m
		return f, nil
	}}
}
